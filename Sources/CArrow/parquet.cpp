#include <unordered_set>

#include <arrow/compute/api.h>
#include <arrow/util/key_value_metadata.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include "shim.hpp"

namespace {

using assay::Failure;
using assay::quoted;
using assay::to_status;

constexpr int64_t kBatchRows = 65536;

/// A descriptor as Arrow's random access file.
class DescriptorFile final : public arrow::io::RandomAccessFile {
public:
    DescriptorFile(std::shared_ptr<assay::Descriptor> descriptor, int64_t size)
        : descriptor_(std::move(descriptor)), size_(size) {}
    ~DescriptorFile() override = default;

    arrow::Status Close() override {
        closed_ = true;
        return arrow::Status::OK();
    }
    bool closed() const override { return closed_; }
    arrow::Result<int64_t> Tell() const override { return position_; }
    arrow::Status Seek(int64_t position) override {
        position_ = position;
        return arrow::Status::OK();
    }
    arrow::Result<int64_t> GetSize() override { return size_; }

    arrow::Result<int64_t> Read(int64_t count, void *out) override {
        ARROW_ASSIGN_OR_RAISE(int64_t got, ReadAt(position_, count, out));
        position_ += got;
        return got;
    }
    arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t count) override {
        ARROW_ASSIGN_OR_RAISE(auto buffer, ReadAt(position_, count));
        position_ += buffer->size();
        return buffer;
    }
    arrow::Result<int64_t> ReadAt(int64_t position, int64_t count, void *out) override {
        if (position < 0 || count < 0) return arrow::Status::Invalid("negative position");
        return assay::read_at(descriptor_->number(), position, count, out);
    }
    arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(int64_t position, int64_t count) override {
        // A damaged footer may ask for more than the file holds; memory is given for what is there.
        if (position < 0 || count < 0 || position > size_) return arrow::Status::Invalid("position beyond the file");
        ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(std::min(count, size_ - position)));
        ARROW_ASSIGN_OR_RAISE(int64_t got, ReadAt(position, buffer->size(), buffer->mutable_data()));
        ARROW_RETURN_NOT_OK(buffer->Resize(got));
        return std::shared_ptr<arrow::Buffer>(std::move(buffer));
    }

private:
    std::shared_ptr<assay::Descriptor> descriptor_;
    int64_t size_;
    int64_t position_ = 0;
    bool closed_ = false;
};

bool is_text(const arrow::DataType &type) {
    return arrow::is_string(type.id()) || type.id() == arrow::Type::STRING_VIEW;
}

CArrowType normalised_type(const arrow::DataType &type) {
    switch (type.id()) {
        case arrow::Type::BOOL: return CARROW_BOOLEAN;
        case arrow::Type::INT8:
        case arrow::Type::INT16:
        case arrow::Type::INT32:
        case arrow::Type::INT64:
        case arrow::Type::UINT8:
        case arrow::Type::UINT16:
        case arrow::Type::UINT32:
        case arrow::Type::UINT64: return CARROW_INT64;
        case arrow::Type::HALF_FLOAT:
        case arrow::Type::FLOAT:
        case arrow::Type::DOUBLE:
        case arrow::Type::DECIMAL32:
        case arrow::Type::DECIMAL64:
        case arrow::Type::DECIMAL128:
        case arrow::Type::DECIMAL256: return CARROW_DOUBLE;
        // A column without any value is what pandas writes for a list of None.
        case arrow::Type::NA: return CARROW_DOUBLE;
        case arrow::Type::STRING:
        case arrow::Type::LARGE_STRING:
        case arrow::Type::STRING_VIEW: return CARROW_TEXT;
        case arrow::Type::DATE32:
        case arrow::Type::DATE64:
        case arrow::Type::TIMESTAMP: return CARROW_TIMESTAMP;
        case arrow::Type::DICTIONARY:
            return normalised_type(*static_cast<const arrow::DictionaryType &>(type).value_type());
        default: return CARROW_UNSUPPORTED;
    }
}

std::shared_ptr<arrow::DataType> arrow_type(CArrowType type) {
    switch (type) {
        case CARROW_BOOLEAN: return arrow::boolean();
        case CARROW_INT64: return arrow::int64();
        case CARROW_TEXT: return arrow::dictionary(arrow::int32(), arrow::utf8());
        case CARROW_TIMESTAMP: return arrow::timestamp(arrow::TimeUnit::MICRO);
        default: return arrow::float64();
    }
}

arrow::Result<std::shared_ptr<arrow::Array>> cast(
    const std::shared_ptr<arrow::Array> &array, const std::shared_ptr<arrow::DataType> &type, const std::string &name) {
    arrow::compute::CastOptions options = arrow::compute::CastOptions::Safe(type);
    // Nanoseconds are cut to microseconds and decimals rounded to doubles; integers must fit.
    options.allow_time_truncate = true;
    options.allow_float_truncate = true;
    auto result = arrow::compute::Cast(*array, type, options);
    if (result.ok() || !result.status().IsInvalid()) return result;
    return to_status(
        {assay::kUnsupported, "column " + quoted(name) + " has values of type " + array->type()->ToString() +
                                  " that do not fit " + type->ToString()});
}

arrow::Result<std::shared_ptr<arrow::Array>> normalised(
    std::shared_ptr<arrow::Array> array, CArrowType type, const std::string &name) {
    const auto wanted = arrow_type(type);
    if (array->type()->Equals(*wanted)) return array;
    if (array->type_id() == arrow::Type::NA) return arrow::MakeArrayOfNull(wanted, array->length());
    if (array->type_id() == arrow::Type::DICTIONARY) {
        const auto &dictionary = static_cast<const arrow::DictionaryArray &>(*array);
        const auto value_type = static_cast<const arrow::DictionaryType &>(*array->type()).value_type();
        if (type == CARROW_TEXT) {
            // Only indices and offsets get other widths; the texts are not looked at row by row.
            ARROW_ASSIGN_OR_RAISE(auto texts, cast(dictionary.dictionary(), arrow::utf8(), name));
            ARROW_ASSIGN_OR_RAISE(auto indices, cast(dictionary.indices(), arrow::int32(), name));
            return arrow::DictionaryArray::FromArrays(wanted, indices, texts);
        }
        ARROW_ASSIGN_OR_RAISE(array, cast(array, value_type, name));
        return normalised(std::move(array), type, name);
    }
    if (type == CARROW_TEXT) {
        if (array->type_id() != arrow::Type::STRING) {
            ARROW_ASSIGN_OR_RAISE(array, cast(array, arrow::utf8(), name));
        }
        ARROW_ASSIGN_OR_RAISE(auto encoded, arrow::compute::DictionaryEncode(array));
        return encoded.make_array();
    }
    if (array->type_id() == arrow::Type::TIMESTAMP) {
        // Instants are kept in UTC whatever zone they are shown in.
        const auto unit = static_cast<const arrow::TimestampType &>(*array->type()).unit();
        ARROW_ASSIGN_OR_RAISE(array, array->View(arrow::timestamp(unit)));
        if (unit == arrow::TimeUnit::MICRO) return array;
    }
    return cast(array, wanted, name);
}

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
    ARROW_RETURN_NOT_OK(builder.Open(std::make_shared<DescriptorFile>(file, size)));
    const auto metadata = builder.raw_reader()->metadata();

    parquet::ArrowReaderProperties properties;
    properties.set_use_threads(true);
    properties.set_pre_buffer(false);
    properties.set_batch_size(kBatchRows);
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

}  // namespace

struct CArrowParquet {
    std::shared_ptr<assay::Descriptor> descriptor;
    std::shared_ptr<Reader> reader;
    std::vector<CArrowType> types;
    std::vector<std::string> type_names;
};

int carrow_parquet_open(int descriptor, CArrowParquet **out, CArrowError *error) {
    return assay::guarded(error, [&]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(auto own, assay::Descriptor::duplicate(descriptor));
        ARROW_ASSIGN_OR_RAISE(auto reader, open_reader(own));
        auto parquet = std::make_unique<CArrowParquet>();
        parquet->descriptor = std::move(own);
        for (const auto &field : reader->schema->fields()) {
            parquet->types.push_back(normalised_type(*field->type()));
            parquet->type_names.push_back(field->type()->ToString());
        }
        parquet->reader = std::move(reader);
        *out = parquet.release();
        return arrow::Status::OK();
    });
}

void carrow_parquet_close(CArrowParquet *parquet) { delete parquet; }

int64_t carrow_parquet_row_count(const CArrowParquet *parquet) {
    return parquet->reader->file->parquet_reader()->metadata()->num_rows();
}

int32_t carrow_parquet_column_count(const CArrowParquet *parquet) {
    return static_cast<int32_t>(parquet->types.size());
}

CArrowText carrow_parquet_column_name(const CArrowParquet *parquet, int32_t column) {
    const std::string &name = parquet->reader->schema->field(column)->name();
    return {name.data(), name.size()};
}

CArrowType carrow_parquet_column_type(const CArrowParquet *parquet, int32_t column) { return parquet->types[column]; }

CArrowText carrow_parquet_column_type_name(const CArrowParquet *parquet, int32_t column) {
    const std::string &name = parquet->type_names[column];
    return {name.data(), name.size()};
}

int carrow_parquet_read(
    const CArrowParquet *parquet, const int32_t *columns, int32_t count, ArrowArrayStream *out, CArrowError *error) {
    return assay::guarded(error, [&]() -> arrow::Status {
        // A reader of its own: Arrow's keeps state, and two streams of one handle may be read at once.
        ARROW_ASSIGN_OR_RAISE(auto reader, open_reader(parquet->descriptor));
        std::vector<int> leaves;
        std::vector<CArrowType> types;
        std::vector<std::string> names;
        arrow::FieldVector fields;
        for (int32_t index = 0; index < count; ++index) {
            const int32_t column = columns[index];
            const CArrowType type = parquet->types[column];
            const std::string &name = reader->schema->field(column)->name();
            const auto &manifest = reader->file->manifest().schema_fields;
            if (type == CARROW_UNSUPPORTED || !manifest[column].is_leaf()) {
                return to_status(
                    {assay::kUnsupported,
                     "column " + quoted(name) + " has type " + parquet->type_names[column] + ", which is not read here"});
            }
            leaves.push_back(manifest[column].column_index);
            types.push_back(type);
            names.push_back(name);
            fields.push_back(arrow::field(std::to_string(index), arrow_type(type)));
        }
        std::vector<int> groups(reader->file->num_row_groups());
        for (size_t group = 0; group < groups.size(); ++group) groups[group] = static_cast<int>(group);
        ARROW_ASSIGN_OR_RAISE(
            std::shared_ptr<arrow::RecordBatchReader> batches, reader->file->GetRecordBatchReader(groups, leaves));
        auto schema = arrow::schema(fields);
        auto next = [reader, batches, schema, types, names]() -> arrow::Result<std::shared_ptr<arrow::RecordBatch>> {
            std::shared_ptr<arrow::RecordBatch> batch;
            ARROW_RETURN_NOT_OK(batches->ReadNext(&batch));
            if (!batch) return batch;
            // Foreign bytes: offsets, dictionary indices and UTF-8 are checked before anything relies on them.
            arrow::ArrayVector arrays;
            for (size_t index = 0; index < types.size(); ++index) {
                const auto array = batch->GetColumnByName(names[index]);
                if (!array || !array->ValidateFull().ok()) {
                    return to_status(
                        {assay::kUnreadable, "column " + quoted(names[index]) + " is damaged or not valid UTF-8"});
                }
                ARROW_ASSIGN_OR_RAISE(auto ready, normalised(array, types[index], names[index]));
                arrays.push_back(std::move(ready));
            }
            return arrow::RecordBatch::Make(schema, batch->num_rows(), arrays);
        };
        assay::export_stream(schema, std::move(next), out);
        return arrow::Status::OK();
    });
}
