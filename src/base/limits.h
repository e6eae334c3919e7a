#pragma once

#include <cstddef>
#include <cstdint>

// Every loop, list, body, queue and retry has its cap here, with its reason.
namespace hb {

// Rules.md, security: no answer of a remote needs more, and a hostile one gets no further (after
// decompression).
inline constexpr std::size_t kAnswerBytesMax = 32u << 20;
// Deeper than any real answer; the parser never recurses anyway.
inline constexpr std::size_t kJsonDepthMax = 64;
// A text of kAnswerBytesMax could name 16 million values ("[0,0,…"); a batch of 2,500 rows has
// 60,000.
inline constexpr std::size_t kJsonValuesMax = 4'000'000;
// C1: a Bitrix24 event is a few hundred bytes.
inline constexpr std::size_t kWebhookBytesMax = 64u << 10;
// Bitrix24: protocol section 3.
inline constexpr std::size_t kBatchCommandsMax = 50;
inline constexpr std::size_t kPageRowsMax = 50;
// G5: above this many lines a deal gets one row per project and work type.
inline constexpr std::size_t kDealRowsMax = 200;
// One record of more than a day is a typing slip, a forgotten timer or somebody's way to log a
// week: it waits until somebody accepts it (G54).
inline constexpr std::int64_t kEntrySecondsMax = 24 * 3600;
// A longer one can't be read: no month of work is one record.
inline constexpr std::int64_t kEntrySecondsLongest = 31LL * 24 * 3600;
// A title or comment longer than this is cut for display only.
inline constexpr std::size_t kTitleCharactersMax = 300;
// A configuration, contract or mapping file: the largest sensible one is a few hundred kilobytes.
inline constexpr std::size_t kFileBytesMax = 4u << 20;

} // namespace hb
