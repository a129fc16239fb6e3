// Files as streams of Arrow batches in a handful of normalised types. The header speaks C only; no function
// throws across it, and no function traps on what a file holds.
//
// Every function that can fail returns 0 for success and writes "code: message" otherwise. The code is the raw
// value of AssayError.Code; the message names columns and rows, never a value, and not the file, which the caller knows.
//
// A descriptor stays the caller's: the handle keeps a duplicate of its own. It must be a regular file, open for
// reading; it is read by position, so its offset does not matter and does not move.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
// To a C++20 compiler another target's header is a module, which SwiftPM does not build for it. Arrow's own header
// defines the same structs, as the specification demands.
#include <arrow/c/abi.h>
extern "C" {
#else
#include "CArrowABI.h"
#endif

typedef struct CArrowText {
    const char *bytes;
    size_t count;
} CArrowText;

typedef struct CArrowError {
    char text[1024];
} CArrowError;

/// Types after normalisation, and what a stream's arrays look like.
typedef enum CArrowType {
    CARROW_BOOLEAN = 0,    ///< format "b"
    CARROW_INT64 = 1,      ///< format "l"
    CARROW_DOUBLE = 2,     ///< format "g"
    CARROW_TEXT = 3,       ///< format "i" with a dictionary of format "u"
    CARROW_TIMESTAMP = 4,  ///< format "tsu:", in UTC
    CARROW_UNSUPPORTED = 5
} CArrowType;

/// Who sees every byte of a file, in order, from one thread at a time. `release` is called once, on any thread, when no
/// byte can follow, whether or not the call that took the sink succeeded. `see` may be null; then nothing is called.
typedef struct CArrowByteSink {
    void (*see)(void *context, const uint8_t *bytes, size_t count);
    void (*release)(void *context);
    void *context;
} CArrowByteSink;

/// Registers Arrow's compute kernels and sizes its pool. To be called once, before anything else.
int carrow_start(int32_t thread_count, CArrowError *error);

// CSV: RFC 4180 with a header; LF, CRLF or CR; a byte order mark is skipped; newlines inside quotes belong to the value.

typedef struct CArrowCSV CArrowCSV;

/// Reads the header.
int carrow_csv_open(int descriptor, CArrowCSV **out, CArrowError *error);
void carrow_csv_close(CArrowCSV *csv);
int32_t carrow_csv_column_count(const CArrowCSV *csv);
CArrowText carrow_csv_column_name(const CArrowCSV *csv, int32_t column);

/// What a full read of one column found.
typedef struct CArrowColumnFacts {
    CArrowType type;
    int64_t present_count;
    /// The first row (from 0) that made the column text, or -1.
    int64_t first_text_row;
} CArrowColumnFacts;

/// Reads the whole file and finds for each of `columns` the narrowest of boolean, int64, double and text that fits
/// every value: see docs/design/data.md.
int carrow_csv_inspect(
    const CArrowCSV *csv, const int32_t *columns, int32_t count, const CArrowText *missing_words, int32_t word_count,
    CArrowByteSink sink, CArrowColumnFacts *facts, int64_t *row_count, CArrowError *error);

/// Opens a stream of `columns` in the given types, one of boolean, int64, double and text. The stream's arrays are structs
/// of the columns in the order asked for. It may outlive the handle.
int carrow_csv_read(
    const CArrowCSV *csv, const int32_t *columns, const CArrowType *types, int32_t count,
    const CArrowText *missing_words, int32_t word_count, CArrowByteSink sink, struct ArrowArrayStream *out, CArrowError *error);

// Files that say their own types. The types of JSON Lines (one object a line) are found by a full read at opening.

typedef struct CArrowTable CArrowTable;

typedef enum CArrowTableFormat {
    CARROW_PARQUET = 0,
    CARROW_IPC = 1,  ///< Arrow IPC, as a file or as a stream
    CARROW_JSON_LINES = 2
} CArrowTableFormat;

/// Reads what says the columns: Parquet's footer, the schema of IPC, all of JSON Lines.
int carrow_table_open(int descriptor, CArrowTableFormat format, CArrowTable **out, CArrowError *error);
void carrow_table_close(CArrowTable *table);
/// -1 where only reading the file tells.
int64_t carrow_table_row_count(const CArrowTable *table);
int32_t carrow_table_column_count(const CArrowTable *table);
CArrowText carrow_table_column_name(const CArrowTable *table, int32_t column);
CArrowType carrow_table_column_type(const CArrowTable *table, int32_t column);
/// The file's own name for the column's type.
CArrowText carrow_table_column_type_name(const CArrowTable *table, int32_t column);

/// As `carrow_csv_read`, in the types that `carrow_table_column_type` says. The columns' names have to be distinct.
int carrow_table_read(
    const CArrowTable *table, const int32_t *columns, int32_t count, struct ArrowArrayStream *out, CArrowError *error);

// Writing Parquet, one row group for each call.

typedef struct CArrowParquetWriter CArrowParquetWriter;

/// One column's values, lent for a call: a byte each for booleans, eight for integers, doubles and microseconds; the UTF-8 of all texts one after
/// another, with the places where they begin and end.
typedef struct CArrowWrittenColumn {
    const void *values;
    const int32_t *offsets;   ///< of texts: rows + 1; null otherwise
    const uint64_t *validity;  ///< a bit a row, the lowest first; null where every row has a value
} CArrowWrittenColumn;

/// Begins a file at the position `descriptor` has, which stays the caller's and has to stay open.
int carrow_parquet_create(
    int descriptor, const CArrowText *names, const CArrowType *types, int32_t count, CArrowParquetWriter **out, CArrowError *error);
int carrow_parquet_write(CArrowParquetWriter *writer, const CArrowWrittenColumn *columns, int64_t rows, CArrowError *error);
/// Writes the footer, without which the file is none.
int carrow_parquet_finish(CArrowParquetWriter *writer, CArrowError *error);
void carrow_parquet_discard(CArrowParquetWriter *writer);

// Compression.

/// A descriptor of a new file without a name, which goes with its last descriptor: on disk in `folder`, in memory where no
/// file may be made there, as in a confined process; -1 where neither can be.
int carrow_nameless_file(const char *folder);

typedef enum CArrowCodec { CARROW_GZIP = 0, CARROW_ZSTD = 1 } CArrowCodec;

/// Writes what `input` holds compressed to `output`, all members of it, from the position `output` has.
///
/// @param limit the bytes that may be written; more is an error.
int carrow_decompress(int input, CArrowCodec codec, int output, int64_t limit, CArrowError *error);

#ifdef __cplusplus
}
#endif
