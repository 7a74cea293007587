#pragma once

// The one way in which this room's sources include qpdf 11.

// qpdf warns unless told that std::shared_ptr is meant.
#define POINTERHOLDER_TRANSITION 4

// qpdf/JSON.hh has a std::vector of its incomplete class, which clang refuses in
// C++20. Nothing here uses it, and the other headers need no more than the name.
#define JSON_HH
class JSON;

#include <qpdf/Buffer.hh>
#include <qpdf/BufferInputSource.hh>
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFStreamFilter.hh>
