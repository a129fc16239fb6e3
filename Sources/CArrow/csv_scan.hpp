// A plain walk over a CSV file's records, for what Arrow's reader does not tell: the header with its quotes, and the
// line on which a record stands. It is used for the first record and after a failure, never for data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>

namespace assay {

struct CSVHeader {
    std::vector<std::string> names;
    /// Where the first data record begins.
    int64_t body = 0;
};

/// Reads the first record that is not an empty line. At most 16 MiB.
arrow::Result<CSVHeader> read_csv_header(int descriptor);

struct CSVPlace {
    /// From 1, counting every line of the file.
    int64_t line = 0;
    int64_t field_count = 0;
};

/// The first data record whose number of fields is not `wanted`.
arrow::Result<std::optional<CSVPlace>> find_ragged_record(int descriptor, int64_t wanted);

/// Where data record `number` (from 0, empty lines not counted) stands.
arrow::Result<std::optional<CSVPlace>> find_record(int descriptor, int64_t number);

/// The line on which a quoted value begins that no quote ends.
arrow::Result<std::optional<int64_t>> find_open_quote(int descriptor);

}  // namespace assay
