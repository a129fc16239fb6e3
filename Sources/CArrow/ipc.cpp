#include <algorithm>
#include <numeric>

#include <arrow/ipc/reader.h>

#include "descriptor_file.hpp"
#include "table.hpp"

namespace {

using assay::to_status;

constexpr std::string_view kFileMagic = "ARROW1";

/// Where each of `columns` stands among them once they are sorted, as IPC's readers give them.
std::vector<int> places(const std::vector<int32_t> &columns) {
    std::vector<int> order(columns.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](int left, int right) { return columns[left] < columns[right]; });
    std::vector<int> places(columns.size());
    for (size_t rank = 0; rank < order.size(); ++rank) places[order[rank]] = static_cast<int>(rank);
    return places;
}

arrow::ipc::IpcReadOptions options(const std::vector<int32_t> &columns) {
    auto options = arrow::ipc::IpcReadOptions::Defaults();
    options.included_fields.assign(columns.begin(), columns.end());
    std::sort(options.included_fields.begin(), options.included_fields.end());
    return options;
}

class IPCTable final : public assay::Table {
public:
    IPCTable(std::shared_ptr<assay::Descriptor> descriptor, bool is_file) : descriptor_(std::move(descriptor)), is_file_(is_file) {}

    arrow::Status open() {
        ARROW_ASSIGN_OR_RAISE(auto file, open_file());
        std::shared_ptr<arrow::Schema> schema;
        if (is_file_) {
            ARROW_ASSIGN_OR_RAISE(auto reader, arrow::ipc::RecordBatchFileReader::Open(file));
            schema = reader->schema();
            ARROW_ASSIGN_OR_RAISE(row_count, reader->CountRows());
        } else {
            ARROW_ASSIGN_OR_RAISE(auto reader, arrow::ipc::RecordBatchStreamReader::Open(file));
            schema = reader->schema();
        }
        for (const auto &field : schema->fields()) add(field->name(), *field->type());
        return arrow::Status::OK();
    }

    arrow::Result<assay::NextBatch> read(const std::vector<int32_t> &columns) const override {
        ARROW_ASSIGN_OR_RAISE(auto file, open_file());
        const auto order = places(columns);
        assay::NextBatch next;
        if (is_file_) {
            ARROW_ASSIGN_OR_RAISE(auto reader, arrow::ipc::RecordBatchFileReader::Open(file, options(columns)));
            auto number = std::make_shared<int>(0);
            next = [reader, number]() -> arrow::Result<std::shared_ptr<arrow::RecordBatch>> {
                if (*number == reader->num_record_batches()) return std::shared_ptr<arrow::RecordBatch>();
                return reader->ReadRecordBatch((*number)++);
            };
        } else {
            ARROW_ASSIGN_OR_RAISE(
                std::shared_ptr<arrow::RecordBatchReader> reader,
                arrow::ipc::RecordBatchStreamReader::Open(file, options(columns)));
            next = [reader]() -> arrow::Result<std::shared_ptr<arrow::RecordBatch>> {
                std::shared_ptr<arrow::RecordBatch> batch;
                ARROW_RETURN_NOT_OK(reader->ReadNext(&batch));
                return batch;
            };
        }
        return [next, order]() -> arrow::Result<std::shared_ptr<arrow::RecordBatch>> {
            ARROW_ASSIGN_OR_RAISE(auto batch, next());
            if (!batch || batch->num_columns() != static_cast<int>(order.size())) return batch;
            return batch->SelectColumns(order);
        };
    }

private:
    arrow::Result<std::shared_ptr<assay::DescriptorFile>> open_file() const {
        ARROW_ASSIGN_OR_RAISE(int64_t size, assay::file_size(descriptor_->number()));
        return std::make_shared<assay::DescriptorFile>(descriptor_, size);
    }

    std::shared_ptr<assay::Descriptor> descriptor_;
    bool is_file_;
};

}  // namespace

namespace assay {

arrow::Result<std::unique_ptr<Table>> open_ipc(std::shared_ptr<Descriptor> descriptor) {
    char head[6] = {};
    ARROW_ASSIGN_OR_RAISE(int64_t got, read_at(descriptor->number(), 0, sizeof head, head));
    const bool is_file = std::string_view(head, got) == kFileMagic;
    if (is_file) {
        ARROW_ASSIGN_OR_RAISE(int64_t size, file_size(descriptor->number()));
        char end[6] = {};
        if (size < 20 || !read_at(descriptor->number(), size - 6, sizeof end, end).ok() ||
            std::string_view(end, sizeof end) != kFileMagic) {
            return to_status({kUnreadable, "it is a truncated Arrow IPC file (its last bytes are missing)"});
        }
    }
    auto table = std::make_unique<IPCTable>(std::move(descriptor), is_file);
    ARROW_RETURN_NOT_OK(table->open());
    return std::unique_ptr<Table>(std::move(table));
}

}  // namespace assay
