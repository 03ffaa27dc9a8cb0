/// Settings of jemalloc, which the program is linked with: huge pages, since the state of a large
/// exchange is many small objects, and finding their pages costs more than using them.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "thp:always,metadata_thp:auto";
}
