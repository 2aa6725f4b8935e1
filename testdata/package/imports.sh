# Nothing below the command line reads a clock, draws randomness, looks at its surroundings or opens anything, except
# the system's host. So none of the objects may import what does.
# imports.sh ARCHIVE…
set -eu
forbidden='time clock clock_gettime gettimeofday timespec_get times localtime localtime_r gmtime gmtime_r mktime
  strftime   getenv secure_getenv setenv putenv environ rand srand random srandom rand_r drand48 lrand48 getrandom getentropy
  arc4random   RAND_bytes setlocale localeconv newlocale uselocale strtod strtof strtold atof
  open open64 openat creat fopen fopen64 fdopen freopen opendir stat stat64 fstat access readlink getcwd unlink rename
  mkdir   read write pread pwrite socket connect bind listen accept getaddrinfo gethostbyname gethostname getpid getppid getuid
  system popen fork vfork execve execvp posix_spawn pthread_create dlopen dlsym
  printf fprintf vprintf vfprintf puts fputs putchar fputc fwrite perror abort exit _exit quick_exit
  nanosleep usleep sleep signal sigaction'
# The same in the standard library of C++: clocks, random_device, streams to files and terminals, threads.
forbidden_prefixes='^_ZNSt6chrono3_V21[0-9]*(system|steady)_clock|^_ZNSt13random_device|^_ZSt[34](cin|cout|cerr|clog)
^_ZNSt1[0-9]basic_[io]?fstream|^_ZNSt13basic_filebuf|^_ZNSt6thread|^_ZNSt10filesystem'
allowed='system_host.cc.o'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo $forbidden | tr ' ' '\n' | sort -u >"$work/forbidden"
found=0
for archive in "$@"; do
  for object in $(ar t "$archive"); do
    test "$object" = "$allowed" && continue
    ar p "$archive" "$object" >"$work/object"
    nm -u "$work/object" | awk '{ sub(/@.*/, "", $2); print $2 }' | sort -u >"$work/imports"
    comm -12 "$work/imports" "$work/forbidden" >"$work/bad"
    grep -E "$forbidden_prefixes" "$work/imports" >>"$work/bad" || true
    if test -s "$work/bad"; then
      echo "$(basename "$archive")($object) imports: $(tr '\n' ' ' <"$work/bad")"
      found=1
    fi
  done
done
exit $found
