#include "normalise.hpp"

#include <arrow/compute/api.h>

namespace assay {

namespace {

arrow::Result<std::shared_ptr<arrow::Array>> cast(
    const std::shared_ptr<arrow::Array> &array, const std::shared_ptr<arrow::DataType> &type, const std::string &name) {
    arrow::compute::CastOptions options = arrow::compute::CastOptions::Safe(type);
    // Nanoseconds are cut to microseconds and decimals rounded to doubles; integers must fit.
    options.allow_time_truncate = true;
    options.allow_float_truncate = true;
    auto result = arrow::compute::Cast(*array, type, options);
    if (result.ok() || !result.status().IsInvalid()) return result;
    return to_status(
        {kUnsupported, "column " + quoted(name) + " has values of type " + array->type()->ToString() +
                                  " that do not fit " + type->ToString()});
}

}  // namespace

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

}  // namespace assay
