#include "controls.h"

// C23's way to carry a file inside the program, so that one binary holds the catalogue; clang has it in every mode.
#pragma clang diagnostic ignored "-Wpragmas"
#pragma clang diagnostic ignored "-Wunknown-warning-option"
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char evidence_codes[] = {
#embed "Data/evidence-codes.yaml"
};
static const unsigned char sources[] = {
#embed "Data/sources.yaml"
};
static const unsigned char uncertainties[] = {
#embed "Data/uncertainties.yaml"
};
static const unsigned char evidence_map[] = {
#embed "Data/evidence-map.yaml"
};
static const unsigned char ca_aida[] = {
#embed "Data/ca-aida.yaml"
};
static const unsigned char ca_dadm[] = {
#embed "Data/ca-dadm.yaml"
};
static const unsigned char ca_feha_ads[] = {
#embed "Data/ca-feha-ads.yaml"
};
static const unsigned char ccpa[] = {
#embed "Data/ccpa.yaml"
};
static const unsigned char co_admt[] = {
#embed "Data/co-admt.yaml"
};
static const unsigned char co_ai_act[] = {
#embed "Data/co-ai-act.yaml"
};
static const unsigned char ct_sb5[] = {
#embed "Data/ct-sb5.yaml"
};
static const unsigned char ecoa[] = {
#embed "Data/ecoa.yaml"
};
static const unsigned char eu_ai_act[] = {
#embed "Data/eu-ai-act.yaml"
};
static const unsigned char fcra[] = {
#embed "Data/fcra.yaml"
};
static const unsigned char fed_mrm[] = {
#embed "Data/fed-mrm.yaml"
};
static const unsigned char gdpr[] = {
#embed "Data/gdpr.yaml"
};
static const unsigned char hipaa[] = {
#embed "Data/hipaa.yaml"
};
static const unsigned char il_hb3773[] = {
#embed "Data/il-hb3773.yaml"
};
static const unsigned char iso_23894[] = {
#embed "Data/iso-23894.yaml"
};
static const unsigned char iso_42001[] = {
#embed "Data/iso-42001.yaml"
};
static const unsigned char nist_ai_rmf[] = {
#embed "Data/nist-ai-rmf.yaml"
};
static const unsigned char nj_lad[] = {
#embed "Data/nj-lad.yaml"
};
static const unsigned char nyc_ll144[] = {
#embed "Data/nyc-ll144.yaml"
};
static const unsigned char oecd[] = {
#embed "Data/oecd.yaml"
};
static const unsigned char osfi_e23[] = {
#embed "Data/osfi-e23.yaml"
};
static const unsigned char pra_ss1_23[] = {
#embed "Data/pra-ss1-23.yaml"
};
static const unsigned char recordkeeping[] = {
#embed "Data/recordkeeping.yaml"
};
static const unsigned char soc2[] = {
#embed "Data/soc2.yaml"
};
static const unsigned char title_vii[] = {
#embed "Data/title-vii.yaml"
};
static const unsigned char tx_traiga[] = {
#embed "Data/tx-traiga.yaml"
};
static const unsigned char ugesp[] = {
#embed "Data/ugesp.yaml"
};
static const unsigned char uk_dpa[] = {
#embed "Data/uk-dpa.yaml"
};
static const unsigned char uk_gdpr[] = {
#embed "Data/uk-gdpr.yaml"
};
static const unsigned char us_aaa[] = {
#embed "Data/us-aaa.yaml"
};

#define CONTROL_FILE(label, data) { label, data, sizeof data }

static const struct assay_control_file files[] = {
    CONTROL_FILE("evidence-codes.yaml", evidence_codes),
    CONTROL_FILE("sources.yaml", sources),
    CONTROL_FILE("uncertainties.yaml", uncertainties),
    CONTROL_FILE("evidence-map.yaml", evidence_map),
    CONTROL_FILE("ca-aida.yaml", ca_aida),
    CONTROL_FILE("ca-dadm.yaml", ca_dadm),
    CONTROL_FILE("ca-feha-ads.yaml", ca_feha_ads),
    CONTROL_FILE("ccpa.yaml", ccpa),
    CONTROL_FILE("co-admt.yaml", co_admt),
    CONTROL_FILE("co-ai-act.yaml", co_ai_act),
    CONTROL_FILE("ct-sb5.yaml", ct_sb5),
    CONTROL_FILE("ecoa.yaml", ecoa),
    CONTROL_FILE("eu-ai-act.yaml", eu_ai_act),
    CONTROL_FILE("fcra.yaml", fcra),
    CONTROL_FILE("fed-mrm.yaml", fed_mrm),
    CONTROL_FILE("gdpr.yaml", gdpr),
    CONTROL_FILE("hipaa.yaml", hipaa),
    CONTROL_FILE("il-hb3773.yaml", il_hb3773),
    CONTROL_FILE("iso-23894.yaml", iso_23894),
    CONTROL_FILE("iso-42001.yaml", iso_42001),
    CONTROL_FILE("nist-ai-rmf.yaml", nist_ai_rmf),
    CONTROL_FILE("nj-lad.yaml", nj_lad),
    CONTROL_FILE("nyc-ll144.yaml", nyc_ll144),
    CONTROL_FILE("oecd.yaml", oecd),
    CONTROL_FILE("osfi-e23.yaml", osfi_e23),
    CONTROL_FILE("pra-ss1-23.yaml", pra_ss1_23),
    CONTROL_FILE("recordkeeping.yaml", recordkeeping),
    CONTROL_FILE("soc2.yaml", soc2),
    CONTROL_FILE("title-vii.yaml", title_vii),
    CONTROL_FILE("tx-traiga.yaml", tx_traiga),
    CONTROL_FILE("ugesp.yaml", ugesp),
    CONTROL_FILE("uk-dpa.yaml", uk_dpa),
    CONTROL_FILE("uk-gdpr.yaml", uk_gdpr),
    CONTROL_FILE("us-aaa.yaml", us_aaa),
};

unsigned long assay_control_file_count(void) { return sizeof files / sizeof files[0]; }

struct assay_control_file assay_control_file_at(unsigned long index) { return files[index]; }
