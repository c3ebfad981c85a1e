"""Codes of the rules about brands, products and batches."""

from models.kernel.errors import ErrorCode


class BatchErrorCode(ErrorCode):
    """Codes of the rules about brands, products and batches."""

    VALUE_REQUIRED = "VALUE_REQUIRED", "The field must have a value: it is missing, blank, or was to be cleared."
    TEXT_INVALID = "TEXT_INVALID", "The text holds control characters, line breaks or halves of characters."
    TEXT_TOO_LONG = "TEXT_TOO_LONG", "The text has more characters than are kept."
    NUMBER_OUT_OF_RANGE = "NUMBER_OUT_OF_RANGE", "The number is below or above what the field may hold."
    NUMBER_TOO_PRECISE = "NUMBER_TOO_PRECISE", "The number has more decimals than are kept."
    DATE_IN_FUTURE = "DATE_IN_FUTURE", "The date lies more than one day after today in UTC."
    URL_INVALID = "URL_INVALID", "The text is not an http or https address that may be published."
    ATTRIBUTES_INVALID = "ATTRIBUTES_INVALID", "The attributes are not a JSON object that can be kept unchanged."
    ATTRIBUTES_TOO_LARGE = "ATTRIBUTES_TOO_LARGE", "The attributes are larger or nested deeper than is kept."
    BRAND_NAME_TAKEN = "BRAND_NAME_TAKEN", "The company has a brand of this name."
    MODEL_NAME_TAKEN = "MODEL_NAME_TAKEN", "The brand has a product with this model name."
    BATCH_NUMBER_TAKEN = "BATCH_NUMBER_TAKEN", "The product has a batch with this number."
    BATCH_NUMBER_REQUIRED = "BATCH_NUMBER_REQUIRED", "A batch of a product must have a number."
    BRAND_MISMATCH = "BRAND_MISMATCH", "The brand given is not the brand of the batch's product."
    PRODUCT_REQUIRED = "PRODUCT_REQUIRED", "A member limited to brands can only keep batches of those brands' products."
    BATCH_ARCHIVED = "BATCH_ARCHIVED", "The batch is archived and takes no new serials; set it active first."
    VERSION_CONFLICT = "VERSION_CONFLICT", "The batch was changed since the version given; `value` is its version now."
