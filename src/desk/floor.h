#pragma once

#include "books/books.h"

// The words of the floor below that everybody here uses.
namespace hb::desk {

using books::Actor;
using books::Books;
using books::Read;
using books::Reading;
using books::Step;
using books::View;

} // namespace hb::desk
