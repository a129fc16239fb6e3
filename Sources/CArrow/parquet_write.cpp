#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include <arrow/api.h>
#include <arrow/io/interfaces.h>
#include <arrow/util/compression.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include "shim.hpp"

namespace {

using assay::to_status;

/// A descriptor of the caller's as Arrow's stream to write to.
class DescriptorOutput final : public arrow::io::OutputStream {
public:
    explicit DescriptorOutput(int descriptor) : descriptor_(descriptor) {}

    arrow::Status Close() override {
        closed_ = true;
        return arrow::Status::OK();
    }
    bool closed() const override { return closed_; }
    arrow::Result<int64_t> Tell() const override { return position_; }

    arrow::Status Write(const void *data, int64_t count) override {
        const auto *bytes = static_cast<const uint8_t *>(data);
        while (count > 0) {
            const ssize_t written = ::write(descriptor_, bytes, static_cast<size_t>(count));
            if (written < 0 && errno == EINTR) continue;
            if (written <= 0) return to_status({assay::kUnavailable, std::string("it cannot be written: ") + std::strerror(errno)});
            bytes += written;
            count -= written;
            position_ += written;
        }
        return arrow::Status::OK();
    }

private:
    int descriptor_;
    int64_t position_ = 0;
    bool closed_ = false;
};

std::shared_ptr<arrow::DataType> data_type(CArrowType type) {
    switch (type) {
        case CARROW_BOOLEAN: return arrow::boolean();
        case CARROW_INT64: return arrow::int64();
        case CARROW_DOUBLE: return arrow::float64();
        case CARROW_TEXT: return arrow::utf8();
        case CARROW_TIMESTAMP: return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
        case CARROW_UNSUPPORTED: break;
    }
    return nullptr;
}

/// Lends the caller's memory to Arrow for the call.
std::shared_ptr<arrow::Buffer> lent(const void *bytes, int64_t count) {
    return std::make_shared<arrow::Buffer>(static_cast<const uint8_t *>(bytes), count);
}

arrow::Result<std::shared_ptr<arrow::Array>> array(
    const std::shared_ptr<arrow::DataType> &type, const CArrowWrittenColumn &column, int64_t rows) {
    std::shared_ptr<arrow::Buffer> validity = column.validity ? lent(column.validity, (rows + 7) / 8) : nullptr;
    std::vector<std::shared_ptr<arrow::Buffer>> buffers{validity};
    switch (type->id()) {
        case arrow::Type::BOOL: {
            ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateEmptyBitmap(rows));
            const auto *values = static_cast<const uint8_t *>(column.values);
            for (int64_t row = 0; row < rows; ++row) {
                if (values[row]) bits->mutable_data()[row / 8] |= static_cast<uint8_t>(1u << (row % 8));
            }
            buffers.push_back(std::move(bits));
            break;
        }
        case arrow::Type::STRING:
            buffers.push_back(lent(column.offsets, (rows + 1) * static_cast<int64_t>(sizeof(int32_t))));
            buffers.push_back(lent(column.values, column.offsets[rows]));
            break;
        default: buffers.push_back(lent(column.values, rows * 8));
    }
    return arrow::MakeArray(arrow::ArrayData::Make(type, rows, std::move(buffers)));
}

}  // namespace

struct CArrowParquetWriter {
    std::shared_ptr<arrow::Schema> schema;
    std::unique_ptr<parquet::arrow::FileWriter> file;
};

extern "C" int carrow_parquet_create(
    int descriptor, const CArrowText *names, const CArrowType *types, int32_t count, CArrowParquetWriter **out, CArrowError *error) {
    return assay::guarded(error, [&]() -> arrow::Status {
        arrow::FieldVector fields;
        for (int32_t column = 0; column < count; ++column) {
            const auto type = data_type(types[column]);
            if (!type) return to_status({assay::kInternalFault, "a column has no type"});
            fields.push_back(arrow::field(std::string(names[column].bytes, names[column].count), type));
        }
        auto writer = std::make_unique<CArrowParquetWriter>();
        writer->schema = arrow::schema(std::move(fields));
        parquet::WriterProperties::Builder properties;
        if (arrow::util::Codec::IsAvailable(arrow::Compression::SNAPPY)) properties.compression(parquet::Compression::SNAPPY);
        ARROW_ASSIGN_OR_RAISE(
            writer->file,
            parquet::arrow::FileWriter::Open(
                *writer->schema, arrow::default_memory_pool(), std::make_shared<DescriptorOutput>(descriptor), properties.build()));
        *out = writer.release();
        return arrow::Status::OK();
    });
}

extern "C" int carrow_parquet_write(CArrowParquetWriter *writer, const CArrowWrittenColumn *columns, int64_t rows, CArrowError *error) {
    return assay::guarded(error, [&]() -> arrow::Status {
        arrow::ArrayVector arrays;
        for (int column = 0; column < writer->schema->num_fields(); ++column) {
            ARROW_ASSIGN_OR_RAISE(auto made, array(writer->schema->field(column)->type(), columns[column], rows));
            arrays.push_back(std::move(made));
        }
        const auto table = arrow::Table::Make(writer->schema, arrays, rows);
        return writer->file->WriteTable(*table, rows > 0 ? rows : 1);
    });
}

extern "C" int carrow_parquet_finish(CArrowParquetWriter *writer, CArrowError *error) {
    return assay::guarded(error, [&]() -> arrow::Status { return writer->file->Close(); });
}

extern "C" void carrow_parquet_discard(CArrowParquetWriter *writer) {
    // What a destructor that still writes has to say is of no use to anybody.
    CArrowError ignored;
    (void)assay::guarded(&ignored, [&]() -> arrow::Status {
        delete writer;
        return arrow::Status::OK();
    });
}
