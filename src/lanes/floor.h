#pragma once

#include "books/books.h"

// The words of the floor below that everybody here uses.
namespace hb::lanes {

using books::Actor;
using books::Books;
using books::KnownRemote;
using books::Read;
using books::Reading;
using books::RemoteRuntime;
using books::Settings;
using books::Step;
using books::View;

} // namespace hb::lanes
