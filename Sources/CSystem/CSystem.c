// Feature macros stay in this file: in the header they would change what the C library declares,
// and Swift refuses two modules that see the same struct differently.
#define _GNU_SOURCE 1
#include "CSystem.h"

#include <dirent.h>
#include <stddef.h>
#include <stdio.h>

_Static_assert(offsetof(struct dirent64, d_name) == csystem_entry_name, "a name's place");
_Static_assert(offsetof(struct dirent64, d_reclen) == csystem_entry_length, "a length's place");

int csystem_openat2(
    int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

int csystem_openat(int directory, const char *path, int flags, unsigned mode) {
    return openat(directory, path, flags, mode);
}

int csystem_fcntl(int descriptor, int command, int argument) {
    return fcntl(descriptor, command, argument);
}

int csystem_rename_noreplace(
    int from_directory, const char *from, int to_directory, const char *to) {
    return renameat2(from_directory, from, to_directory, to, RENAME_NOREPLACE);
}

int csystem_prctl(int option, unsigned long argument) {
    return prctl(option, argument, 0UL, 0UL, 0UL);
}

int csystem_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int csystem_spawn_chdir(posix_spawn_file_actions_t *actions, const char *path) {
    return posix_spawn_file_actions_addchdir_np(actions, path);
}

int csystem_pidfd_open(pid_t process) {
    return (int)syscall(SYS_pidfd_open, process, 0U);
}

int csystem_pipe(int ends[2], int flags) { return pipe2(ends, flags); }

char **csystem_environ(void) { return environ; }

int csystem_allocate(int descriptor, int64_t size) { return fallocate(descriptor, 0, 0, size); }

int csystem_start_writing(int descriptor, int64_t offset, int64_t count) {
    return sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
}

// Both take an int, whatever the macros' types say: ioctl_iflags(2), "NOTES".
int csystem_get_inode_flags(int descriptor, int *flags) {
    return ioctl(descriptor, FS_IOC_GETFLAGS, flags);
}

int csystem_set_inode_flags(int descriptor, int flags) {
    return ioctl(descriptor, FS_IOC_SETFLAGS, &flags);
}

int csystem_syncfs(int descriptor) { return syncfs(descriptor); }

ssize_t csystem_getdents(int directory, void *buffer, size_t count) {
    return getdents64(directory, buffer, count);
}

const int csystem_o_path = O_PATH;
