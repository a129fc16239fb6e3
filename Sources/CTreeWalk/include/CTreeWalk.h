// The inner loop of AssayExplain's TreeWalk. It is C because a function of C can be compiled for wider registers than the rest of the program, and be
// chosen by the processor it runs on. Sums are taken in one order whatever the registers: the bits are the same on every processor.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// An edge of a tree, its number one more than its place among the inner ones; 0 is what lies above all.
typedef struct {
    /// The node that is left, by place among the masks, twice; and one for its left edge.
    int32_t condition;
    /// The edge above, which comes before.
    int32_t parent;
    /// The nearest edge above on the same player; 0 for none.
    int32_t previous;
    int32_t player;
} AssayTreeEdge;

typedef struct {
    /// Edges that lead to nodes.
    const AssayTreeEdge *inner;
    size_t inner_count;
    /// Edges that lead to leaves.
    const AssayTreeEdge *outer;
    size_t outer_count;
    /// Of the integral; a multiple of four.
    size_t point_count;
    size_t output_count;
    /// `[(edge · 3 + state) · points + point]`, the inner edges before the outer ones. The state is 0 where a row meets the conditions on the edge's
    /// player so far, 1 where it has just ceased to, 2 where it had before.
    const double *factors;
    /// `[(edge · 2 + state) · points + point]`, and behind them a row of zeros, the weights of state 2.
    const double *weights;
    /// `[edge · outputs + output]`, of the outer ones.
    const double *leaves;
} AssayTreeWalk;

/// Doubles that a walk works in.
size_t assay_tree_walk_scratch(const AssayTreeWalk *walk);

/// Adds attributions of rows to `attributions[row · row_stride + output · output_stride + player]`.
///
/// masks: `[node · 8 + row]`, -1 where a row goes left and 0 where it goes right; rows: at most 8; scratch: whatever it holds.
void assay_tree_walk_add(
    const AssayTreeWalk *walk, const int16_t *masks, size_t rows, double *attributions, size_t row_stride, size_t output_stride, double *scratch);

/// The same by the registers that each processor of the kind has, for tests.
void assay_tree_walk_add_narrow(
    const AssayTreeWalk *walk, const int16_t *masks, size_t rows, double *attributions, size_t row_stride, size_t output_stride, double *scratch);

#ifdef __cplusplus
}
#endif
