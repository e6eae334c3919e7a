#pragma once

#include "engine/books.h"

// The books for whoever only reads.
namespace hb::engine {

// As they were when this was made, through a connection for reading: nobody who writes is waited
// for, and nothing can be written. Without such connections (books in memory, or before
// Core::show_settings) under the writer's lock. Not kept across a wait.
class View {
public:
    explicit View(Core& core); // throws StoreError when the books can't be read
    ~View();
    View(const View&) = delete;
    View& operator=(const View&) = delete;

    Books& books() { return *books_; }
    Core& core() { return *shown_; } // its tables only

private:
    std::optional<Core::Lock> lock_;
    std::optional<store::Reader> reader_;
    std::unique_ptr<Core> own_; // over the reader's connection
    Core* shown_;
    std::unique_ptr<Books> books_;
};

} // namespace hb::engine
