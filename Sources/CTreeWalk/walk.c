#include "CTreeWalk.h"

// A product and a sum are rounded each: a fused one would have other bits where there is an instruction for it.
#pragma STDC FP_CONTRACT OFF

#define INLINE static inline __attribute__((always_inline))

// Four doubles, which the compiler makes of the registers that there are.
typedef double lanes __attribute__((vector_size(32), aligned(8), may_alias));
typedef int16_t eight __attribute__((vector_size(16), aligned(2), may_alias));

enum { ROWS = 8, STATES = 3 };

// Where an edge's weights stand; the last row is zeros.
INLINE const double *weights_of(const AssayTreeWalk *walk, size_t edge, size_t state, size_t points) {
    size_t zeros = (walk->inner_count + walk->outer_count) * 2;
    return walk->weights + (state < 2 ? edge * 2 + state : zeros) * points;
}

size_t assay_tree_walk_scratch(const AssayTreeWalk *walk) {
    size_t nodes = walk->inner_count + 1;
    size_t edges = nodes + walk->outer_count;
    return nodes * walk->point_count * (1 + walk->output_count) + (edges * ROWS * sizeof(int16_t) + sizeof(double) - 1) / sizeof(double);
}

// 0 where a row meets the conditions on the edge's player so far, 1 where it has just ceased to, 2 where it had before.
INLINE void state(const AssayTreeEdge *edge, const int16_t *masks, const int16_t *states, int16_t *own) {
    eight went_left = *(const eight *)(masks + (size_t)(edge->condition >> 1) * ROWS);
    eight missed = edge->condition & 1 ? ~went_left : went_left;
    eight before = *(const eight *)(states + (size_t)edge->previous * ROWS) != 0;
    *(eight *)own = (before & 2) | (~before & missed & 1);
}

INLINE double folded(const lanes *sum) { return ((*sum)[0] + (*sum)[2]) + ((*sum)[1] + (*sum)[3]); }

INLINE void walk_row(
    const AssayTreeWalk *walk, const int16_t *states, double *attributions, size_t output_stride, double *products, double *sums, size_t points,
    size_t outputs) {
    size_t inner_count = walk->inner_count, outer_count = walk->outer_count;
    for (size_t number = 0; number < inner_count; number++) {
        const AssayTreeEdge *edge = walk->inner + number;
        const double *factors = walk->factors + (number * STATES + (size_t)states[(number + 1) * ROWS]) * points;
        const double *above = products + (size_t)edge->parent * points;
        double *own = products + (number + 1) * points, *sum = sums + (number + 1) * outputs * points;
        for (size_t point = 0; point < points; point += 4) *(lanes *)(own + point) = *(const lanes *)(above + point) * *(const lanes *)(factors + point);
        for (size_t point = 0; point < points * outputs; point += 4) *(lanes *)(sum + point) = (lanes){0, 0, 0, 0};
    }
    for (size_t leaf = 0; leaf < outer_count; leaf++) {
        const AssayTreeEdge *edge = walk->outer + leaf;
        size_t number = inner_count + leaf, state = (size_t)states[(number + 1) * ROWS];
        const double *factors = walk->factors + (number * STATES + state) * points, *weights = weights_of(walk, number, state, points);
        const double *above = products + (size_t)edge->parent * points;
        double *sum = sums + (size_t)edge->parent * outputs * points;
        for (size_t output = 0; output < outputs; output++, sum += points) {
            double value = walk->leaves[leaf * outputs + output];
            lanes part = {0, 0, 0, 0};
            for (size_t point = 0; point < points; point += 4) {
                lanes own = *(const lanes *)(above + point) * *(const lanes *)(factors + point) * value;
                *(lanes *)(sum + point) += own;
                part += own * *(const lanes *)(weights + point);
            }
            attributions[output * output_stride + (size_t)edge->player] += folded(&part);
        }
    }
    for (size_t number = inner_count; number-- > 0;) {
        const AssayTreeEdge *edge = walk->inner + number;
        const double *weights = weights_of(walk, number, (size_t)states[(number + 1) * ROWS], points);
        double *sum = sums + (size_t)edge->parent * outputs * points, *own = sums + (number + 1) * outputs * points;
        for (size_t output = 0; output < outputs; output++, sum += points, own += points) {
            lanes part = {0, 0, 0, 0};
            for (size_t point = 0; point < points; point += 4) {
                lanes value = *(const lanes *)(own + point);
                *(lanes *)(sum + point) += value;
                part += value * *(const lanes *)(weights + point);
            }
            attributions[output * output_stride + (size_t)edge->player] += folded(&part);
        }
    }
}

INLINE void walk_rows(
    const AssayTreeWalk *walk, const int16_t *masks, size_t rows, double *attributions, size_t row_stride, size_t output_stride, double *scratch) {
    size_t points = walk->point_count, outputs = walk->output_count, nodes = walk->inner_count + 1;
    double *products = scratch, *sums = products + nodes * points;
    int16_t *states = (int16_t *)(sums + nodes * points * outputs);
    *(eight *)states = (eight){0, 0, 0, 0, 0, 0, 0, 0};
    for (size_t number = 0; number < walk->inner_count; number++) state(walk->inner + number, masks, states, states + (number + 1) * ROWS);
    for (size_t leaf = 0; leaf < walk->outer_count; leaf++) state(walk->outer + leaf, masks, states, states + (nodes + leaf) * ROWS);
    for (size_t point = 0; point < points; point++) products[point] = 1;
    // What would go above all is added there and not looked at.
    for (size_t point = 0; point < points * outputs; point++) sums[point] = 0;
    for (size_t row = 0; row < rows; row++) {
        double *target = attributions + row * row_stride;
        // Loops of a known length stay in registers.
        if (outputs == 1 && points == 8) {
            walk_row(walk, states + row, target, output_stride, products, sums, 8, 1);
        } else if (outputs == 1 && points == 12) {
            walk_row(walk, states + row, target, output_stride, products, sums, 12, 1);
        } else {
            walk_row(walk, states + row, target, output_stride, products, sums, points, outputs);
        }
    }
}

void assay_tree_walk_add_narrow(
    const AssayTreeWalk *walk, const int16_t *masks, size_t rows, double *attributions, size_t row_stride, size_t output_stride, double *scratch) {
    walk_rows(walk, masks, rows, attributions, row_stride, output_stride, scratch);
}

#if defined(__x86_64__) && defined(__clang__)

__attribute__((target("avx2"))) static void wide(
    const AssayTreeWalk *walk, const int16_t *masks, size_t rows, double *attributions, size_t row_stride, size_t output_stride, double *scratch) {
    walk_rows(walk, masks, rows, attributions, row_stride, output_stride, scratch);
}

void assay_tree_walk_add(
    const AssayTreeWalk *walk, const int16_t *masks, size_t rows, double *attributions, size_t row_stride, size_t output_stride, double *scratch) {
    if (__builtin_cpu_supports("avx2")) {
        wide(walk, masks, rows, attributions, row_stride, output_stride, scratch);
    } else {
        walk_rows(walk, masks, rows, attributions, row_stride, output_stride, scratch);
    }
}

#else

void assay_tree_walk_add(
    const AssayTreeWalk *walk, const int16_t *masks, size_t rows, double *attributions, size_t row_stride, size_t output_stride, double *scratch) {
    walk_rows(walk, masks, rows, attributions, row_stride, output_stride, scratch);
}

#endif
