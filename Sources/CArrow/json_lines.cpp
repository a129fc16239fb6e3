#include <deque>
#include <unordered_map>

#include <arrow/util/utf8.h>

#include "csv_value.hpp"
#include "json_scan.hpp"
#include "table.hpp"

namespace {

using assay::JSONKind;
using assay::JSONMember;
using assay::quoted;
using assay::to_status;

/// What the values of one column have been so far. JSON says of each value what it is, so a column is of one kind throughout;
/// whole numbers and fractions together are doubles.
struct Column {
    std::string name;
    JSONKind kind = JSONKind::null;
    /// The line of its newest value, to tell a name that stands twice.
    int64_t line = 0;
    int64_t first_line = 0;
    /// A whole number that a double does not keep.
    bool has_wide_integer = false;
};

const char *words(JSONKind kind) {
    switch (kind) {
        case JSONKind::boolean: return "a boolean";
        case JSONKind::integer: return "a whole number";
        case JSONKind::real: return "a number";
        case JSONKind::text: return "a text";
        default: return "a nested value";
    }
}

bool is_number(JSONKind kind) { return kind == JSONKind::integer || kind == JSONKind::real; }

arrow::Status misfit(int64_t line, const Column &column, const std::string &what) {
    return to_status({assay::kUnreadable, "line " + std::to_string(line) + ", column " + quoted(column.name) + ": " + what});
}

arrow::Status see(Column *column, const JSONMember &member, int64_t line) {
    if (column->line == line) return misfit(line, *column, "the name stands twice in the line");
    column->line = line;
    if (member.kind == JSONKind::null) return arrow::Status::OK();
    JSONKind kind = member.kind;
    if (kind == JSONKind::integer) {
        if (!assay::read_integer(member.value)) kind = JSONKind::real;
        if (!assay::read_exact_double(member.value)) column->has_wide_integer = true;
    }
    if (is_number(kind) && !assay::read_double(member.value)) return misfit(line, *column, "the number is too large for a double");
    if (column->kind == JSONKind::null) {
        column->kind = kind;
        column->first_line = line;
    } else if (is_number(column->kind) && is_number(kind)) {
        if (kind == JSONKind::real) column->kind = kind;
    } else if (column->kind != kind) {
        return misfit(
            line, *column,
            std::string("the value is ") + words(kind) + ", where line " + std::to_string(column->first_line) + " has " +
                words(column->kind) + "; give the column one type");
    }
    if (column->kind == JSONKind::real && column->has_wide_integer) {
        return misfit(line, *column, "the column has fractions, and whole numbers of which a double would lose digits");
    }
    return arrow::Status::OK();
}

/// A line's failure with its number.
arrow::Status at_line(const arrow::Status &status, int64_t line) {
    const auto failure = assay::to_failure(status);
    if (failure.message.rfind("line ", 0) == 0) return status;
    return to_status({failure.code, "line " + std::to_string(line) + " " + failure.message});
}

/// Builds one column of one batch.
class Builder {
public:
    explicit Builder(CArrowType type) : type_(type) {}

    arrow::Status append(const JSONMember &member, int64_t line, const std::string &name) {
        if (member.kind == JSONKind::null) return arrow::Status::OK();
        ARROW_RETURN_NOT_OK(fill());
        switch (type_) {
            case CARROW_BOOLEAN: return boolean_.Append(member.value == "true");
            case CARROW_INT64:
                if (const auto value = assay::read_integer(member.value)) return integer_.Append(*value);
                break;
            case CARROW_DOUBLE:
                if (const auto value = assay::read_double(member.value)) return real_.Append(*value);
                break;
            default: return text_.Append(member.value);
        }
        return to_status(
            {assay::kUnreadable, "line " + std::to_string(line) + ", column " + quoted(name) + ": the value is no longer what it was"});
    }

    void end_row() { rows_ += 1; }

    arrow::Result<std::shared_ptr<arrow::Array>> finish() {
        ARROW_RETURN_NOT_OK(fill());
        rows_ = 0;
        switch (type_) {
            case CARROW_BOOLEAN: return boolean_.Finish();
            case CARROW_INT64: return integer_.Finish();
            case CARROW_DOUBLE: return real_.Finish();
            default: {
                auto array = text_.Finish();
                text_.ResetFull();
                return array;
            }
        }
    }

private:
    /// Nulls for the rows without a value.
    arrow::Status fill() {
        switch (type_) {
            case CARROW_BOOLEAN: return boolean_.AppendNulls(rows_ - boolean_.length());
            case CARROW_INT64: return integer_.AppendNulls(rows_ - integer_.length());
            case CARROW_DOUBLE: return real_.AppendNulls(rows_ - real_.length());
            default: return text_.AppendNulls(rows_ - text_.length());
        }
    }

    CArrowType type_;
    int64_t rows_ = 0;
    arrow::BooleanBuilder boolean_;
    arrow::Int64Builder integer_;
    arrow::DoubleBuilder real_;
    arrow::StringDictionary32Builder text_;
};

class JSONLinesTable final : public assay::Table {
public:
    explicit JSONLinesTable(std::shared_ptr<assay::Descriptor> descriptor) : descriptor_(std::move(descriptor)) {}

    /// Reads everything once.
    arrow::Status inspect() {
        std::vector<Column> columns;
        std::unordered_map<std::string, size_t> known;
        assay::Lines lines(descriptor_);
        std::string_view line;
        row_count = 0;
        while (true) {
            ARROW_ASSIGN_OR_RAISE(bool more, lines.next(&line));
            if (!more) break;
            row_count += 1;
            const auto status = assay::scan_json_object(line, [&](JSONMember &member) -> arrow::Status {
                const auto [entry, is_new] = known.try_emplace(member.name, columns.size());
                if (is_new) {
                    columns.emplace_back();
                    columns.back().name = member.name;
                }
                return see(&columns[entry->second], member, lines.number());
            });
            if (!status.ok()) return at_line(status, lines.number());
        }
        if (row_count == 0) return to_status({assay::kUnreadable, "it holds no row"});
        for (const auto &column : columns) {
            names.push_back(column.name);
            type_names.emplace_back(column.kind == JSONKind::nested ? "nested" : "json");
            switch (column.kind) {
                case JSONKind::boolean: types.push_back(CARROW_BOOLEAN); break;
                case JSONKind::integer: types.push_back(CARROW_INT64); break;
                case JSONKind::text: types.push_back(CARROW_TEXT); break;
                case JSONKind::nested: types.push_back(CARROW_UNSUPPORTED); break;
                default: types.push_back(CARROW_DOUBLE);
            }
        }
        return arrow::Status::OK();
    }

    arrow::Result<assay::NextBatch> read(const std::vector<int32_t> &columns) const override {
        struct State {
            explicit State(std::shared_ptr<assay::Descriptor> descriptor) : lines(std::move(descriptor)) {}
            assay::Lines lines;
            /// Arrow's builders do not move.
            std::deque<Builder> builders;
            std::vector<std::string> names;
            std::unordered_map<std::string, size_t> places;
        };
        auto state = std::make_shared<State>(descriptor_);
        for (int32_t column : columns) {
            state->places.emplace(names[column], state->builders.size());
            state->names.push_back(names[column]);
            state->builders.emplace_back(types[column]);
        }
        return [state]() -> arrow::Result<std::shared_ptr<arrow::RecordBatch>> {
            std::string_view line;
            int64_t rows = 0;
            for (; rows < assay::kBatchRows; ++rows) {
                ARROW_ASSIGN_OR_RAISE(bool more, state->lines.next(&line));
                if (!more) break;
                const auto status = assay::scan_json_object(line, [&](JSONMember &member) -> arrow::Status {
                    const auto place = state->places.find(member.name);
                    if (place == state->places.end()) return arrow::Status::OK();
                    return state->builders[place->second].append(member, state->lines.number(), member.name);
                });
                if (!status.ok()) return at_line(status, state->lines.number());
                for (auto &builder : state->builders) builder.end_row();
            }
            if (rows == 0) return std::shared_ptr<arrow::RecordBatch>();
            arrow::ArrayVector arrays;
            arrow::FieldVector fields;
            for (size_t index = 0; index < state->builders.size(); ++index) {
                ARROW_ASSIGN_OR_RAISE(auto array, state->builders[index].finish());
                fields.push_back(arrow::field(state->names[index], array->type()));
                arrays.push_back(std::move(array));
            }
            return arrow::RecordBatch::Make(arrow::schema(fields), rows, arrays);
        };
    }

private:
    std::shared_ptr<assay::Descriptor> descriptor_;
};

}  // namespace

namespace assay {

arrow::Result<std::unique_ptr<Table>> open_json_lines(std::shared_ptr<Descriptor> descriptor) {
    arrow::util::InitializeUTF8();
    auto table = std::make_unique<JSONLinesTable>(std::move(descriptor));
    ARROW_RETURN_NOT_OK(table->inspect());
    return std::unique_ptr<Table>(std::move(table));
}

}  // namespace assay
