#include <catch2/catch.hpp>

#include "connector/manifest.h"
#include "rig.h"
