#ifndef ASSAY_CONTROLS_H
#define ASSAY_CONTROLS_H

/// A file of the control catalogue, as it stands in Data. It lives as long as the program.
struct assay_control_file {
    const char *name;
    const unsigned char *bytes;
    unsigned long count;
};

unsigned long assay_control_file_count(void);

/// The file at `index`, which is below the count.
struct assay_control_file assay_control_file_at(unsigned long index);

#endif
