#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sandbox/filter.h"

// Rows of one kind in the order of their ids, and pages of them.
namespace hb::sandbox {

template <class Row> class Table {
public:
    Row& add(Row row) {
        if (rows_.empty() || rows_.back().id < row.id) {
            rows_.push_back(std::move(row));
            return rows_.back();
        }
        return *rows_.insert(lower(row.id), std::move(row));
    }
    Row* find(std::int64_t id) {
        const auto at = lower(id);
        return at != rows_.end() && at->id == id ? &*at : nullptr;
    }
    const Row* find(std::int64_t id) const { return const_cast<Table*>(this)->find(id); }
    bool erase(std::int64_t id) {
        const auto at = lower(id);
        if (at == rows_.end() || at->id != id) return false;
        rows_.erase(at);
        return true;
    }
    const std::vector<Row>& rows() const { return rows_; }
    std::vector<Row>& rows() { return rows_; }
    std::size_t size() const { return rows_.size(); }
    std::int64_t last_id() const { return rows_.empty() ? 0 : rows_.back().id; }
    // The position of the first row whose id is not below `id`.
    std::size_t position(std::int64_t id) const {
        return static_cast<std::size_t>(const_cast<Table*>(this)->lower(id) - rows_.begin());
    }

private:
    typename std::vector<Row>::iterator lower(std::int64_t id) {
        return std::lower_bound(rows_.begin(), rows_.end(), id, [](const Row& row, auto wanted) {
            return static_cast<std::int64_t>(row.id) < wanted;
        });
    }
    std::vector<Row> rows_;
};

struct PageRequest {
    std::size_t first = 0; // rows to skip
    std::size_t rows = 50;
    bool counted = true; // false: no total, no next
};

template <class Row> struct Query {
    Filter filter;
    std::vector<SortKey> order; // empty: by id
    int id_field = 0;
    PageRequest page;
    std::function<bool(const Row&)> visible;             // empty: everything is
    std::optional<std::vector<std::int64_t>> candidates; // sorted ids, when an index knows them
    // How many rows at these positions match, where that can be told without looking at each.
    std::function<std::int64_t(std::size_t from, std::size_t to)> quick_count;
};

template <class Row> struct Page {
    std::vector<const Row*> rows;
    std::int64_t total = 0;
};

namespace detail {

// Keeps what falls into the page and counts the rest.
template <class Row> struct Collector {
    const PageRequest& request;
    Page<Row> page{};
    std::size_t seen = 0;

    bool full() const { return page.rows.size() >= request.rows; }
    // False when nothing after this row is wanted.
    bool take(const Row& row) {
        if (seen++ >= request.first && !full()) page.rows.push_back(&row);
        return request.counted || !full();
    }
};

} // namespace detail

// One page. Walks by id from where the conditions on the id begin and stops as soon as the page is
// full and nobody asked for the total; a total over a bare id window is a subtraction.
template <class Row, class CellOf>
Page<Row> select_page(const Table<Row>& table, const Query<Row>& query, const CellOf& cell_of) {
    const IdWindow window = id_window(query.filter, query.id_field);
    const auto wanted = [&](const Row& row) {
        return (!query.visible || query.visible(row)) &&
               matches(query.filter, [&](int field) { return cell_of(row, field); });
    };
    const bool by_id = query.order.empty() || (query.order.front().field.id == query.id_field);
    const bool down = !query.order.empty() && query.order.front().descending;
    detail::Collector<Row> out{query.page};

    const auto& only = query.candidates ? query.candidates : window.only;
    const std::size_t from = table.position(window.from);
    const std::size_t to = window.to == std::numeric_limits<std::int64_t>::max()
                               ? table.size()
                               : std::max(from, table.position(window.to + 1));
    // Calls `visit` on each wanted row by id, up or down, until it says stop.
    const auto walk = [&](bool reverse, const auto& visit) {
        if (only) {
            for (std::size_t i = 0; i < only->size(); ++i) {
                const Row* row = table.find((*only)[reverse ? only->size() - 1 - i : i]);
                if (row != nullptr && wanted(*row) && !visit(*row)) return;
            }
            return;
        }
        for (std::size_t i = 0; i < to - from; ++i) {
            const Row& row = table.rows()[reverse ? to - 1 - i : from + i];
            if (wanted(row) && !visit(row)) return;
        }
    };

    if (by_id && !only && window.exact && !query.visible) {
        out.page.total = static_cast<std::int64_t>(to - from);
        for (std::size_t i = query.page.first; i < to - from && !out.full(); ++i)
            out.page.rows.push_back(&table.rows()[down ? to - 1 - i : from + i]);
        return std::move(out.page);
    }
    if (by_id && !only && query.quick_count) {
        std::size_t walked = 0;
        for (; walked < to - from && !out.full(); ++walked) {
            const Row& row = table.rows()[down ? to - 1 - walked : from + walked];
            if (wanted(row)) out.take(row);
        }
        out.page.total = static_cast<std::int64_t>(out.seen) +
                         query.quick_count(down ? from : from + walked, down ? to - walked : to);
        return std::move(out.page);
    }
    if (by_id) {
        walk(down, [&](const Row& row) { return out.take(row); });
        out.page.total = static_cast<std::int64_t>(out.seen);
        return std::move(out.page);
    }
    std::vector<const Row*> all;
    walk(false, [&](const Row& row) { return all.push_back(&row), true; });
    std::stable_sort(all.begin(), all.end(), [&](const Row* a, const Row* b) {
        for (const auto& key : query.order) {
            const int order = compare(cell_of(*a, key.field.id), cell_of(*b, key.field.id));
            if (order != 0) return key.descending ? order > 0 : order < 0;
        }
        return false;
    });
    for (const Row* row : all) out.take(*row);
    out.page.total = static_cast<std::int64_t>(all.size());
    return std::move(out.page);
}

} // namespace hb::sandbox
