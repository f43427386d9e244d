#ifndef CSQLITE_H
#define CSQLITE_H

/// Keeps a connection from checkpointing when it is closed: only the engine of a store may. The function behind it has a
/// variable number of arguments, which Swift cannot call. Returns SQLite's result code.
int csqlite_never_checkpoint_on_close(void *connection);

/// The number of the file system that a path lies on (statfs(2)), or 0 if that cannot be told. Swift's Glibc leaves the
/// call out.
unsigned int csqlite_file_system(const char *path);

#endif
