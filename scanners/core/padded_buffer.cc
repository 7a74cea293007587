#include "scanners/core/padded_buffer.h"

namespace credence {

const char PaddedView::kEmpty[PaddedBuffer::kPadding] = {};

}  // namespace credence
