/// Wrappers for calls that Swift cannot make itself: variadic ones, and system
/// calls that glibc does not name. No logic lives here.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

/// openat2(2), which glibc 2.36 does not wrap.
int csystem_openat2(
    int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);

/// openat(2), which is variadic in C.
int csystem_openat(int directory, const char *path, int flags, unsigned mode);

/// fcntl(2) with an integer argument, which is variadic in C.
int csystem_fcntl(int descriptor, int command, int argument);

/// renameat2(2) with RENAME_NOREPLACE: fails with EEXIST rather than overwrite.
int csystem_rename_noreplace(
    int from_directory, const char *from, int to_directory, const char *to);

/// prctl(2) with one argument, which is variadic in C.
int csystem_prctl(int option, unsigned long argument);

/// posix_spawn_file_actions_addclosefrom_np(3) of glibc 2.34, which Swift's Glibc does not show.
int csystem_spawn_close_from(posix_spawn_file_actions_t *actions, int first);

/// posix_spawn_file_actions_addchdir_np(3) of glibc 2.29, which Swift's Glibc does not show.
int csystem_spawn_chdir(posix_spawn_file_actions_t *actions, const char *path);

/// pidfd_open(2), which glibc names from 2.36 on; the descriptor is close-on-exec.
int csystem_pidfd_open(pid_t process);

/// pipe2(2), which Swift's Glibc does not show.
int csystem_pipe(int ends[2], int flags);

/// environ(7), which Swift sees as shared mutable state.
char **csystem_environ(void);

/// fallocate(2) without flags, which Swift's Glibc does not show.
int csystem_allocate(int descriptor, int64_t size);

/// sync_file_range(2) with SYNC_FILE_RANGE_WRITE, which Swift's Glibc does not show.
int csystem_start_writing(int descriptor, int64_t offset, int64_t count);

/// FS_IOC_GETFLAGS of ioctl_iflags(2): the flags of an open file's inode. ioctl(2) is variadic in C.
int csystem_get_inode_flags(int descriptor, int *flags);

/// FS_IOC_SETFLAGS of ioctl_iflags(2).
int csystem_set_inode_flags(int descriptor, int flags);

/// syncfs(2), which Swift's Glibc does not show.
int csystem_syncfs(int descriptor);

/// getdents64(2), which Swift's Glibc does not show: fills `buffer` with what readdir(3) hands out
/// one by one, with no stream to make and to close for each directory.
ssize_t csystem_getdents(int directory, void *buffer, size_t count);

/// Where a name begins in an entry of getdents64(2), and where the entry's length stands.
enum { csystem_entry_name = 19, csystem_entry_length = 16 };

/// O_PATH of open(2), which the C library shows only to GNU sources.
extern const int csystem_o_path;
