#include <atomic>
#include <cstring>

#include <arrow/csv/options.h>
#include <arrow/csv/reader.h>
#include <arrow/io/interfaces.h>
#include <arrow/util/thread_pool.h>
#include <arrow/util/utf8.h>

#include "csv_scan.hpp"
#include "csv_value.hpp"
#include "shim.hpp"

struct CArrowCSV {
    std::shared_ptr<assay::Descriptor> descriptor;
    assay::CSVHeader header;
};

namespace {

using assay::Failure;
using assay::quoted;
using assay::to_status;

/// Bytes that Arrow parses at once; a row has to fit.
constexpr int32_t kBlockBytes = 4 << 20;

/// The caller's sink, released with its last user.
class Sink {
public:
    explicit Sink(CArrowByteSink sink) : sink_(sink) {}
    ~Sink() {
        if (sink_.release) sink_.release(sink_.context);
    }
    Sink(const Sink &) = delete;
    Sink &operator=(const Sink &) = delete;
    void see(const void *bytes, int64_t count) const {
        if (sink_.see && count > 0) sink_.see(sink_.context, static_cast<const uint8_t *>(bytes), count);
    }

private:
    CArrowByteSink sink_;
};

/// Whether the bytes so far end inside a quoted value. Arrow reads an unended one as ending with the file.
class QuoteWatch {
public:
    void see(const char *bytes, int64_t count) {
        for (int64_t index = 0; index < count; ++index) {
            if (after_quote_) {
                // A doubled quote stays inside the value.
                after_quote_ = false;
                inside_ = bytes[index] == '"';
                if (inside_) continue;
            }
            const auto *found = static_cast<const char *>(std::memchr(bytes + index, '"', count - index));
            if (!found) break;
            index = found - bytes;
            if (inside_) {
                after_quote_ = true;
            } else {
                // A quote opens a value only as a field's first byte.
                const char before = index > 0 ? bytes[index - 1] : last_;
                inside_ = before == ',' || before == '\n' || before == '\r';
            }
        }
        if (count > 0) last_ = bytes[count - 1];
    }
    bool inside() const { return inside_ && !after_quote_; }

private:
    bool inside_ = false, after_quote_ = false;
    char last_ = '\n';
};

/// The file from the body on, showing every byte that passes to the sink.
class Body final : public arrow::io::InputStream {
public:
    Body(std::shared_ptr<assay::Descriptor> descriptor, int64_t position, std::shared_ptr<Sink> sink)
        : descriptor_(std::move(descriptor)), position_(position), sink_(std::move(sink)) {}
    ~Body() override = default;

    arrow::Status Close() override {
        closed_ = true;
        return arrow::Status::OK();
    }
    bool closed() const override { return closed_; }
    arrow::Result<int64_t> Tell() const override { return position_; }
    /// To be asked when all was read.
    bool ends_inside_quotes() const { return quotes_.inside(); }

    arrow::Result<int64_t> Read(int64_t count, void *out) override {
        ARROW_ASSIGN_OR_RAISE(int64_t got, assay::read_at(descriptor_->number(), position_, count, out));
        position_ += got;
        sink_->see(out, got);
        quotes_.see(static_cast<const char *>(out), got);
        return got;
    }
    arrow::Result<std::shared_ptr<arrow::Buffer>> Read(int64_t count) override {
        ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateResizableBuffer(count));
        ARROW_ASSIGN_OR_RAISE(int64_t got, Read(count, buffer->mutable_data()));
        ARROW_RETURN_NOT_OK(buffer->Resize(got));
        return std::shared_ptr<arrow::Buffer>(std::move(buffer));
    }

private:
    std::shared_ptr<assay::Descriptor> descriptor_;
    int64_t position_;
    std::shared_ptr<Sink> sink_;
    QuoteWatch quotes_;
    bool closed_ = false;
};

/// Shows the bytes before the body to the sink.
arrow::Status show_header(const CArrowCSV &csv, const Sink &sink) {
    std::vector<uint8_t> bytes(csv.header.body);
    ARROW_ASSIGN_OR_RAISE(int64_t got, assay::read_at(csv.descriptor->number(), 0, bytes.size(), bytes.data()));
    sink.see(bytes.data(), got);
    return arrow::Status::OK();
}

std::shared_ptr<arrow::DataType> arrow_type(CArrowType type) {
    switch (type) {
        case CARROW_BOOLEAN: return arrow::boolean();
        case CARROW_INT64: return arrow::int64();
        case CARROW_TEXT: return arrow::dictionary(arrow::int32(), arrow::utf8());
        default: return arrow::float64();
    }
}

/// Arrow's reader over the body. Its columns are named by position in the file, since names may be empty or repeated.
struct Batches {
    CArrowCSV csv;
    std::vector<int32_t> columns;
    std::shared_ptr<Body> body;
    std::shared_ptr<arrow::csv::StreamingReader> reader;
    std::shared_ptr<std::atomic<bool>> ragged = std::make_shared<std::atomic<bool>>(false);
    /// Data rows given so far.
    int64_t row = 0;

    std::string name(size_t index) const { return quoted(csv.header.names[columns[index]]); }

    /// The next batch, or null at the end.
    arrow::Result<std::shared_ptr<arrow::RecordBatch>> next() {
        std::shared_ptr<arrow::RecordBatch> batch;
        if (!reader) return batch;
        const arrow::Status status = reader->ReadNext(&batch);
        if (!status.ok()) return worded(status);
        if (!batch && body->ends_inside_quotes()) return worded(arrow::Status::Invalid("unended quote"));
        return batch;
    }

    /// Arrow's failure with the place in the file, which is looked for afresh.
    arrow::Status worded(const arrow::Status &status) const {
        const int64_t wanted = csv.header.names.size();
        ARROW_ASSIGN_OR_RAISE(auto open, assay::find_open_quote(csv.descriptor->number()));
        if (open) {
            return to_status(
                {assay::kUnreadable, "a quoted value in the record of line " + std::to_string(*open) + " never ends"});
        }
        if (ragged->load()) {
            ARROW_ASSIGN_OR_RAISE(auto place, assay::find_ragged_record(csv.descriptor->number(), wanted));
            const std::string where = place ? "line " + std::to_string(place->line) + " has " +
                                                  std::to_string(place->field_count) + " value" +
                                                  (place->field_count == 1 ? "" : "s")
                                            : "a line has another number of values";
            return to_status(
                {assay::kUnreadable, where + " where the header names " + std::to_string(wanted) + " column" +
                                         (wanted == 1 ? "" : "s")});
        }
        if (status.message().find("straddling") != std::string::npos) {
            return to_status(
                {assay::kLimitExceeded, "one of its rows is longer than " + std::to_string(kBlockBytes >> 20) + " MiB"});
        }
        return status;
    }

    /// Says where row `row` of column `index` stands.
    arrow::Status misfit(size_t index, int64_t at, const char *code, const std::string &what) const {
        ARROW_ASSIGN_OR_RAISE(auto place, assay::find_record(csv.descriptor->number(), at));
        const std::string where = place ? "line " + std::to_string(place->line) : "row " + std::to_string(at + 1);
        return to_status({code, where + ", column " + name(index) + ": " + what});
    }
};

arrow::Result<std::shared_ptr<Batches>> open_batches(
    const CArrowCSV &csv, const int32_t *columns, int32_t count, const CArrowText *missing_words, int32_t word_count,
    std::shared_ptr<Sink> sink) {
    auto batches = std::make_shared<Batches>();
    batches->csv = csv;
    batches->columns.assign(columns, columns + count);
    ARROW_RETURN_NOT_OK(show_header(csv, *sink));
    ARROW_ASSIGN_OR_RAISE(int64_t size, assay::file_size(csv.descriptor->number()));
    if (csv.header.body >= size) return batches;  // Only a header.

    auto read = arrow::csv::ReadOptions::Defaults();
    read.block_size = kBlockBytes;
    auto parse = arrow::csv::ParseOptions::Defaults();
    parse.newlines_in_values = true;
    parse.invalid_row_handler = [ragged = batches->ragged](const arrow::csv::InvalidRow &) {
        ragged->store(true);
        return arrow::csv::InvalidRowResult::Error;
    };
    auto convert = arrow::csv::ConvertOptions::Defaults();
    // Bytes, so that our own rule reads them and names the place of what is not UTF-8.
    convert.default_column_type = arrow::binary();
    convert.strings_can_be_null = true;
    convert.null_values.clear();
    for (int32_t word = 0; word < word_count; ++word) {
        convert.null_values.emplace_back(missing_words[word].bytes, missing_words[word].count);
    }
    for (size_t column = 0; column < csv.header.names.size(); ++column) {
        read.column_names.push_back(std::to_string(column));
        convert.column_types[read.column_names.back()] = arrow::binary();
    }
    for (int32_t index = 0; index < count; ++index) {
        convert.include_columns.push_back(std::to_string(columns[index]));
    }
    auto body = std::make_shared<Body>(csv.descriptor, csv.header.body, std::move(sink));
    auto made = arrow::csv::StreamingReader::Make(arrow::io::default_io_context(), body, read, parse, convert);
    if (!made.ok()) {
        if (made.status().message().find("Empty CSV file") == std::string::npos) {
            return batches->worded(made.status());
        }
        // Only empty lines in the first block, hence no rows, unless some follow.
        ARROW_ASSIGN_OR_RAISE(auto first, assay::find_record(csv.descriptor->number(), 0));
        if (first) return to_status({assay::kUnreadable, "megabytes of empty lines follow its header"});
        while (true) {
            ARROW_ASSIGN_OR_RAISE(auto rest, body->Read(kBlockBytes));
            if (rest->size() == 0) return batches;
        }
    }
    batches->body = std::move(body);
    batches->reader = *made;
    return batches;
}

/// Which types every value so far fits.
struct Candidates {
    bool boolean = true, integer = true, real = true;
    /// All integers so far are exactly doubles.
    bool exact = true;
    int64_t present = 0;
    int64_t first_text_row = -1;

    bool text() const { return !boolean && !integer && !real; }

    void see(std::string_view value, int64_t row) {
        present += 1;
        if (boolean && !assay::read_boolean(value)) boolean = false;
        if (integer) {
            if (const auto read = assay::read_integer(value)) {
                if (exact && (*read > (int64_t{1} << 53) || *read < -(int64_t{1} << 53)) &&
                    !assay::read_exact_double(value)) {
                    exact = false;
                }
                return;
            }
            integer = false;
            real = real && exact;
        }
        if (real && !assay::read_exact_double(value)) real = false;
        if (first_text_row < 0 && text()) first_text_row = row;
    }

    CArrowType narrowest() const {
        if (present == 0) return CARROW_DOUBLE;
        if (boolean) return CARROW_BOOLEAN;
        if (integer) return CARROW_INT64;
        return real ? CARROW_DOUBLE : CARROW_TEXT;
    }
};

arrow::Status check_utf8(const Batches &batches, const arrow::BinaryArray &array, size_t index) {
    for (int64_t row = 0; row < array.length(); ++row) {
        if (array.IsNull(row) || arrow::util::ValidateUTF8(array.GetView(row))) continue;
        return batches.misfit(
            index, batches.row + row, assay::kUnreadable, "the value is not valid UTF-8; save the file as UTF-8");
    }
    return arrow::Status::OK();
}

template <typename Builder, typename Read>
arrow::Result<std::shared_ptr<arrow::Array>> converted(
    const Batches &batches, const arrow::BinaryArray &array, size_t index, const char *type, const Read &read) {
    Builder builder;
    ARROW_RETURN_NOT_OK(builder.Reserve(array.length()));
    for (int64_t row = 0; row < array.length(); ++row) {
        if (array.IsNull(row)) {
            builder.UnsafeAppendNull();
            continue;
        }
        const auto value = read(array.GetView(row));
        if (!value) {
            return batches.misfit(
                index, batches.row + row, assay::kUnreadable,
                std::string("the value is not of type ") + type + ", which the schema gives the column");
        }
        builder.UnsafeAppend(*value);
    }
    return builder.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> converted(
    const Batches &batches, const arrow::BinaryArray &array, size_t index, CArrowType type) {
    switch (type) {
        case CARROW_BOOLEAN:
            return converted<arrow::BooleanBuilder>(
                batches, array, index, "boolean", [](std::string_view value) -> std::optional<bool> {
                    if (value == "1" || value == "0") return value == "1";
                    return assay::read_boolean(value);
                });
        case CARROW_INT64:
            return converted<arrow::Int64Builder>(batches, array, index, "int64", assay::read_integer);
        case CARROW_DOUBLE:
            return converted<arrow::DoubleBuilder>(batches, array, index, "double", assay::read_double);
        default: {
            ARROW_RETURN_NOT_OK(check_utf8(batches, array, index));
            arrow::StringDictionary32Builder builder;
            ARROW_RETURN_NOT_OK(builder.Reserve(array.length()));
            for (int64_t row = 0; row < array.length(); ++row) {
                ARROW_RETURN_NOT_OK(array.IsNull(row) ? builder.AppendNull() : builder.Append(array.GetView(row)));
            }
            return builder.Finish();
        }
    }
}

}  // namespace

int carrow_csv_open(int descriptor, CArrowCSV **out, CArrowError *error) {
    return assay::guarded(error, [&]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(auto header, assay::read_csv_header(descriptor));
        for (size_t column = 0; column < header.names.size(); ++column) {
            if (!arrow::util::ValidateUTF8(header.names[column])) {
                return to_status(
                    {assay::kUnreadable, "the name of column " + std::to_string(column + 1) +
                                             " is not valid UTF-8; save the file as UTF-8"});
            }
        }
        ARROW_ASSIGN_OR_RAISE(auto own, assay::Descriptor::duplicate(descriptor));
        *out = new CArrowCSV{std::move(own), std::move(header)};
        return arrow::Status::OK();
    });
}

void carrow_csv_close(CArrowCSV *csv) { delete csv; }

int32_t carrow_csv_column_count(const CArrowCSV *csv) { return static_cast<int32_t>(csv->header.names.size()); }

CArrowText carrow_csv_column_name(const CArrowCSV *csv, int32_t column) {
    const std::string &name = csv->header.names[column];
    return {name.data(), name.size()};
}

int carrow_csv_inspect(
    const CArrowCSV *csv, const int32_t *columns, int32_t count, const CArrowText *missing_words, int32_t word_count,
    CArrowByteSink sink, CArrowColumnFacts *facts, int64_t *row_count, CArrowError *error) {
    auto owned_sink = std::make_shared<Sink>(sink);
    return assay::guarded(error, [&]() -> arrow::Status {
        arrow::util::InitializeUTF8();
        ARROW_ASSIGN_OR_RAISE(
            auto batches, open_batches(*csv, columns, count, missing_words, word_count, owned_sink));
        std::vector<Candidates> candidates(count);
        while (true) {
            ARROW_ASSIGN_OR_RAISE(auto batch, batches->next());
            if (!batch) break;
            for (int32_t index = 0; index < count; ++index) {
                const auto &array = static_cast<const arrow::BinaryArray &>(*batch->column(index));
                Candidates &seen = candidates[index];
                for (int64_t row = 0; row < array.length(); ++row) {
                    if (array.IsNull(row)) continue;
                    if (seen.text()) seen.present += 1;
                    else seen.see(array.GetView(row), batches->row + row);
                }
                // Numbers and booleans are ASCII, so only what makes or follows a text column needs the look.
                if (seen.text()) ARROW_RETURN_NOT_OK(check_utf8(*batches, array, index));
            }
            batches->row += batch->num_rows();
        }
        for (int32_t index = 0; index < count; ++index) {
            facts[index] = {
                candidates[index].narrowest(), candidates[index].present, candidates[index].first_text_row};
        }
        *row_count = batches->row;
        return arrow::Status::OK();
    });
}

int carrow_csv_read(
    const CArrowCSV *csv, const int32_t *columns, const CArrowType *types, int32_t count,
    const CArrowText *missing_words, int32_t word_count, CArrowByteSink sink, ArrowArrayStream *out,
    CArrowError *error) {
    auto owned_sink = std::make_shared<Sink>(sink);
    return assay::guarded(error, [&]() -> arrow::Status {
        arrow::util::InitializeUTF8();
        ARROW_ASSIGN_OR_RAISE(
            auto batches, open_batches(*csv, columns, count, missing_words, word_count, owned_sink));
        std::vector<CArrowType> wanted(types, types + count);
        arrow::FieldVector fields;
        for (int32_t index = 0; index < count; ++index) {
            fields.push_back(arrow::field(std::to_string(index), arrow_type(types[index])));
        }
        auto schema = arrow::schema(fields);
        auto next = [batches, wanted, schema]() -> arrow::Result<std::shared_ptr<arrow::RecordBatch>> {
            ARROW_ASSIGN_OR_RAISE(auto batch, batches->next());
            if (!batch) return batch;
            arrow::ArrayVector arrays;
            for (size_t index = 0; index < wanted.size(); ++index) {
                const auto &array = static_cast<const arrow::BinaryArray &>(*batch->column(index));
                ARROW_ASSIGN_OR_RAISE(auto ready, converted(*batches, array, index, wanted[index]));
                arrays.push_back(std::move(ready));
            }
            batches->row += batch->num_rows();
            return arrow::RecordBatch::Make(schema, batch->num_rows(), arrays);
        };
        assay::export_stream(schema, std::move(next), out);
        return arrow::Status::OK();
    });
}
