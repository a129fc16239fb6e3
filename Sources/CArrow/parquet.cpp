#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include "descriptor_file.hpp"
#include "normalise.hpp"
#include "table.hpp"

namespace {

using assay::quoted;
using assay::to_status;

struct Reader {
    std::unique_ptr<parquet::arrow::FileReader> file;
    std::shared_ptr<arrow::Schema> schema;
};

arrow::Result<std::shared_ptr<Reader>> open_reader(const std::shared_ptr<assay::Descriptor> &file) {
    const int descriptor = file->number();
    ARROW_ASSIGN_OR_RAISE(int64_t size, assay::file_size(descriptor));
    uint8_t magic[4] = {};
    if (size < 12) return to_status({assay::kUnreadable, "it is too short for a Parquet file"});
    ARROW_RETURN_NOT_OK(assay::read_at(descriptor, size - 4, 4, magic).status());
    const std::string_view end(reinterpret_cast<const char *>(magic), 4);
    if (end == "PARE") return to_status({assay::kUnsupported, "it is an encrypted Parquet file; decrypt it first"});
    if (end != "PAR1") {
        ARROW_RETURN_NOT_OK(assay::read_at(descriptor, 0, 4, magic).status());
        const bool begun = end == "PAR1" || std::string_view(reinterpret_cast<const char *>(magic), 4) == "PAR1";
        return to_status(
            {assay::kUnreadable, begun ? "it is a truncated Parquet file (its last bytes are missing)"
                                       : "it is not a Parquet file"});
    }
    parquet::arrow::FileReaderBuilder builder;
    // Else the whole of a row group's columns is held, packed, while it is read: the whole file, often.
    parquet::ReaderProperties reading;
    reading.enable_buffered_stream();
    reading.set_buffer_size(128 * 1024);
    ARROW_RETURN_NOT_OK(builder.Open(std::make_shared<assay::DescriptorFile>(file, size), reading));
    const auto metadata = builder.raw_reader()->metadata();

    parquet::ArrowReaderProperties properties;
    properties.set_use_threads(true);
    properties.set_pre_buffer(false);
    properties.set_batch_size(assay::kBatchRows);
    for (int leaf = 0; leaf < metadata->num_columns(); ++leaf) {
        const auto *column = metadata->schema()->Column(leaf);
        if (column->physical_type() == parquet::Type::BYTE_ARRAY && column->logical_type() &&
            column->logical_type()->is_string()) {
            properties.set_read_dictionary(leaf, true);
        }
    }
    auto reader = std::make_shared<Reader>();
    ARROW_ASSIGN_OR_RAISE(reader->file, builder.properties(properties)->Build());
    ARROW_RETURN_NOT_OK(reader->file->GetSchema(&reader->schema));
    return reader;
}

class ParquetTable final : public assay::Table {
public:
    ParquetTable(std::shared_ptr<assay::Descriptor> descriptor, const Reader &reader) : descriptor_(std::move(descriptor)) {
        for (const auto &field : reader.schema->fields()) add(field->name(), *field->type());
        row_count = reader.file->parquet_reader()->metadata()->num_rows();
    }

    arrow::Result<assay::NextBatch> read(const std::vector<int32_t> &columns) const override {
        // A reader of its own: Arrow's keeps state, and two streams of one table may be read at once.
        ARROW_ASSIGN_OR_RAISE(auto reader, open_reader(descriptor_));
        std::vector<int> leaves;
        std::vector<std::string> wanted;
        for (int32_t column : columns) {
            const auto &field = reader->file->manifest().schema_fields[column];
            if (!field.is_leaf()) {
                return to_status({assay::kUnsupported, "column " + quoted(names[column]) + " is nested"});
            }
            leaves.push_back(field.column_index);
            wanted.push_back(names[column]);
        }
        std::vector<int> groups(reader->file->num_row_groups());
        for (size_t group = 0; group < groups.size(); ++group) groups[group] = static_cast<int>(group);
        ARROW_ASSIGN_OR_RAISE(
            std::shared_ptr<arrow::RecordBatchReader> batches, reader->file->GetRecordBatchReader(groups, leaves));
        return [reader, batches, wanted]() -> arrow::Result<std::shared_ptr<arrow::RecordBatch>> {
            std::shared_ptr<arrow::RecordBatch> batch;
            ARROW_RETURN_NOT_OK(batches->ReadNext(&batch));
            if (!batch) return batch;
            arrow::ArrayVector arrays;
            arrow::FieldVector fields;
            for (const auto &name : wanted) {
                const auto array = batch->GetColumnByName(name);
                if (!array) return to_status({assay::kUnreadable, "column " + quoted(name) + " is damaged"});
                fields.push_back(arrow::field(name, array->type()));
                arrays.push_back(array);
            }
            return arrow::RecordBatch::Make(arrow::schema(fields), batch->num_rows(), arrays);
        };
    }

private:
    std::shared_ptr<assay::Descriptor> descriptor_;
};

}  // namespace

namespace assay {

arrow::Result<std::unique_ptr<Table>> open_parquet(std::shared_ptr<Descriptor> descriptor) {
    ARROW_ASSIGN_OR_RAISE(auto reader, open_reader(descriptor));
    return std::unique_ptr<Table>(new ParquetTable(std::move(descriptor), *reader));
}

}  // namespace assay
