// Files that say their own types: Parquet, Arrow IPC, and JSON Lines, whose types are found when the file is opened.
#pragma once

#include <string>
#include <vector>

#include "shim.hpp"

namespace assay {

/// Rows of one batch, as many in Parquet and JSON Lines as fit; IPC files have their own.
inline constexpr int64_t kBatchRows = 65536;

class Table {
public:
    virtual ~Table() = default;

    std::vector<std::string> names;
    /// After normalisation.
    std::vector<CArrowType> types;
    /// The file's own names of the types.
    std::vector<std::string> type_names;
    /// -1 where only reading the file tells.
    int64_t row_count = -1;

    void add(const std::string &name, const arrow::DataType &type);

    /// Batches of these columns in this order, in the file's types. It may outlive the table.
    virtual arrow::Result<NextBatch> read(const std::vector<int32_t> &columns) const = 0;
};

arrow::Result<std::unique_ptr<Table>> open_parquet(std::shared_ptr<Descriptor> descriptor);
arrow::Result<std::unique_ptr<Table>> open_ipc(std::shared_ptr<Descriptor> descriptor);
arrow::Result<std::unique_ptr<Table>> open_json_lines(std::shared_ptr<Descriptor> descriptor);

}  // namespace assay
