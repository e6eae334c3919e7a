#pragma once

#include "engine/world.h"

// Stories that are told whole, told twice, killed at every moment, and told with each answer lost.
// However it was disturbed, a story ends as if nothing had happened.
namespace hb::test {

struct Story {
    std::string name;
    WorldOptions options;
    std::function<void(World&)> setup; // the portal before the service first looks
    std::vector<std::function<void(World&)>>
        steps; // each may be repeated, as a person repeats a command that died
};

std::vector<Story> stories();

// Tells the story. `kill_at` > 0: the process dies at that moment, starts anew, where `wakes` says,
// and repeats the step. Returns whether it died.
bool tell(const Story& story, World& world, int kill_at = 0, Wakes wakes = Wakes::Same);
// The moments, of so many, at which the story with this number is killed to wake up elsewhere: each
// third one, and every one in a night's work (HB_LONG).
std::vector<int> moments_elsewhere(int story, int moments);
// Books and portal as text, for comparing two endings.
std::string ending(World& world);

} // namespace hb::test
