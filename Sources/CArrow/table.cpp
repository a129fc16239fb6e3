#include "table.hpp"

#include "normalise.hpp"

struct CArrowTable {
    std::unique_ptr<assay::Table> table;
};

namespace assay {

void Table::add(const std::string &name, const arrow::DataType &type) {
    names.push_back(name);
    types.push_back(normalised_type(type));
    type_names.push_back(type.ToString());
}

}  // namespace assay

namespace {

using assay::quoted;
using assay::to_status;

CArrowText text(const std::string &text) { return {text.data(), text.size()}; }

}  // namespace

int carrow_table_open(int descriptor, CArrowTableFormat format, CArrowTable **out, CArrowError *error) {
    return assay::guarded(error, [&]() -> arrow::Status {
        ARROW_ASSIGN_OR_RAISE(auto own, assay::Descriptor::duplicate(descriptor));
        auto table = std::make_unique<CArrowTable>();
        switch (format) {
            case CARROW_PARQUET: {
                ARROW_ASSIGN_OR_RAISE(table->table, assay::open_parquet(std::move(own)));
                break;
            }
            case CARROW_IPC: {
                ARROW_ASSIGN_OR_RAISE(table->table, assay::open_ipc(std::move(own)));
                break;
            }
            case CARROW_JSON_LINES: {
                ARROW_ASSIGN_OR_RAISE(table->table, assay::open_json_lines(std::move(own)));
                break;
            }
        }
        *out = table.release();
        return arrow::Status::OK();
    });
}

void carrow_table_close(CArrowTable *table) { delete table; }

int64_t carrow_table_row_count(const CArrowTable *table) { return table->table->row_count; }

int32_t carrow_table_column_count(const CArrowTable *table) {
    return static_cast<int32_t>(table->table->names.size());
}

CArrowText carrow_table_column_name(const CArrowTable *table, int32_t column) {
    return text(table->table->names[column]);
}

CArrowType carrow_table_column_type(const CArrowTable *table, int32_t column) { return table->table->types[column]; }

CArrowText carrow_table_column_type_name(const CArrowTable *table, int32_t column) {
    return text(table->table->type_names[column]);
}

int carrow_table_read(
    const CArrowTable *table, const int32_t *columns, int32_t count, ArrowArrayStream *out, CArrowError *error) {
    return assay::guarded(error, [&]() -> arrow::Status {
        const std::vector<int32_t> wanted(columns, columns + count);
        std::vector<CArrowType> types;
        std::vector<std::string> names;
        arrow::FieldVector fields;
        for (int32_t column : wanted) {
            types.push_back(table->table->types[column]);
            names.push_back(table->table->names[column]);
            if (types.back() == CARROW_UNSUPPORTED) {
                return to_status(
                    {assay::kUnsupported, "column " + quoted(names.back()) + " has type " +
                                              table->table->type_names[column] + ", which is not read here"});
            }
            fields.push_back(arrow::field(std::to_string(fields.size()), assay::arrow_type(types.back())));
        }
        ARROW_ASSIGN_OR_RAISE(auto batches, table->table->read(wanted));
        auto schema = arrow::schema(fields);
        auto next = [batches, schema, types, names]() -> arrow::Result<std::shared_ptr<arrow::RecordBatch>> {
            ARROW_ASSIGN_OR_RAISE(auto batch, batches());
            if (!batch) return batch;
            // Foreign bytes: offsets, dictionary indices and UTF-8 are checked before anything relies on them.
            arrow::ArrayVector arrays;
            for (size_t index = 0; index < types.size(); ++index) {
                const auto array = static_cast<int>(index) < batch->num_columns() ? batch->column(index) : nullptr;
                if (!array || array->length() != batch->num_rows() || !array->ValidateFull().ok()) {
                    return to_status(
                        {assay::kUnreadable, "column " + quoted(names[index]) + " is damaged or not valid UTF-8"});
                }
                ARROW_ASSIGN_OR_RAISE(auto ready, assay::normalised(array, types[index], names[index]));
                arrays.push_back(std::move(ready));
            }
            return arrow::RecordBatch::Make(schema, batch->num_rows(), arrays);
        };
        assay::export_stream(schema, std::move(next), out);
        return arrow::Status::OK();
    });
}
