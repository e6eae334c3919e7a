#pragma once

// Words for clang's thread-safety analysis (-Wthread-safety), which reads them where it is at hand
// (scripts/thread-safety). Other compilers see nothing.
#if defined(__clang__)
#define HB_THREAD_SAFETY(x) __attribute__((x))
#else
#define HB_THREAD_SAFETY(x)
#endif

#define HB_CAPABILITY(name) HB_THREAD_SAFETY(capability(name))
#define HB_SCOPED_CAPABILITY HB_THREAD_SAFETY(scoped_lockable)
#define HB_GUARDED_BY(x) HB_THREAD_SAFETY(guarded_by(x))
#define HB_ACQUIRE(...) HB_THREAD_SAFETY(acquire_capability(__VA_ARGS__))
#define HB_TRY_ACQUIRE(...) HB_THREAD_SAFETY(try_acquire_capability(__VA_ARGS__))
#define HB_RELEASE(...) HB_THREAD_SAFETY(release_capability(__VA_ARGS__))
#define HB_REQUIRES(...) HB_THREAD_SAFETY(requires_capability(__VA_ARGS__))
#define HB_NO_THREAD_SAFETY_ANALYSIS HB_THREAD_SAFETY(no_thread_safety_analysis)
