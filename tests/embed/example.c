#include <plutbench/version.h>
#include <stdio.h>

int main(void) {
    printf("plutbench %s\n", plb_version());
    return 0;
}
