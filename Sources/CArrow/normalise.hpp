// The five types that every format is brought to.
#pragma once

#include "shim.hpp"

namespace assay {

/// What a column of `type` becomes; `CARROW_UNSUPPORTED` for nested and exotic types.
CArrowType normalised_type(const arrow::DataType &type);

std::shared_ptr<arrow::DataType> arrow_type(CArrowType type);

/// `array` in the type that `normalised_type` says; `name` is for messages.
arrow::Result<std::shared_ptr<arrow::Array>> normalised(
    std::shared_ptr<arrow::Array> array, CArrowType type, const std::string &name);

}  // namespace assay
