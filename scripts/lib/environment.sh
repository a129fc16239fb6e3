# Sourced by every script of this project (`. scripts/lib/environment.sh`), after `scripts/setup` has run.
#
# Sets   ASSAY_CACHE   what several clones of the project share: the Python environment, a local Arrow
#        ASSAY_PYTHON  the interpreter that has the pinned peers of scripts/requirements/peers.txt
#        ASSAY_PYTHON2 the interpreter that has the MLflow client 2.22 of scripts/requirements/mlflow2.txt
#        ASSAY_VALIDATION_PYTHON  that of Great Expectations, Presidio and cleanlab, scripts/requirements/validation.txt
#        ASSAY_EVIDENTLY_PYTHON  that of Evidently, scripts/requirements/evidently.txt
#        ASSAY_AEQUITAS_PYTHON  that of Aequitas, scripts/requirements/aequitas.txt
#        ASSAY_PIPELINES_PYTHON  that of the schemas of CI systems, scripts/requirements/pipelines.txt
#        ASSAY_INFERENCE_PYTHON  that of Triton's client, scripts/requirements/inference.txt
#        ASSAY_MAIL_PYTHON  that of a mail server, scripts/requirements/mail.txt
#        ASSAY_SCHEMATHESIS_PYTHON  that of schemathesis, scripts/requirements/schemathesis.txt
#        ASSAY_OSCAL_PYTHON  that of compliance-trestle, scripts/requirements/oscal.txt
#        ASSAY_FASTTRACKML_PYTHON, ASSAY_TABLES_PYTHON, ASSAY_NANNYML_PYTHON, ASSAY_TFDV_PYTHON, ASSAY_SERVING_PYTHON  those of
#                      FastTrackML, of DuckDB and Polars, of NannyML, of TensorFlow Data Validation, and of MLServer with ONNX
#                      Runtime, by fasttrackml.txt, tables.txt, nannyml.txt, tfdv.txt and serving.txt; only scripts/setup --bench makes these
# and, where Arrow C++ could only be put into that cache (no root, no sudo), the two search paths
# that let the build and the loader find it. Running it twice changes nothing.

assay_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export ASSAY_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/assay"

# A changed list of peers is another environment, so clones at different commits do not disturb each other.
assay_python_of() {
    echo "$ASSAY_CACHE/python-$(sha256sum "$assay_root/scripts/requirements/$1.txt" | cut -c1-12)/bin/python"
}
ASSAY_PYTHON=$(assay_python_of peers)
ASSAY_PYTHON2=$(assay_python_of mlflow2)
ASSAY_VALIDATION_PYTHON=$(assay_python_of validation)
ASSAY_EVIDENTLY_PYTHON=$(assay_python_of evidently)
ASSAY_NANNYML_PYTHON=$(assay_python_of nannyml)
ASSAY_AEQUITAS_PYTHON=$(assay_python_of aequitas)
ASSAY_SCHEMATHESIS_PYTHON=$(assay_python_of schemathesis)
ASSAY_OSCAL_PYTHON=$(assay_python_of oscal)
ASSAY_PIPELINES_PYTHON=$(assay_python_of pipelines)
ASSAY_INFERENCE_PYTHON=$(assay_python_of inference)
ASSAY_MAIL_PYTHON=$(assay_python_of mail)
ASSAY_FASTTRACKML_PYTHON=$(assay_python_of fasttrackml)
ASSAY_TABLES_PYTHON=$(assay_python_of tables)
ASSAY_TFDV_PYTHON=$(assay_python_of tfdv)
ASSAY_SERVING_PYTHON=$(assay_python_of serving)
export ASSAY_PYTHON ASSAY_PYTHON2 ASSAY_VALIDATION_PYTHON ASSAY_EVIDENTLY_PYTHON ASSAY_NANNYML_PYTHON \
    ASSAY_AEQUITAS_PYTHON ASSAY_PIPELINES_PYTHON ASSAY_SCHEMATHESIS_PYTHON ASSAY_OSCAL_PYTHON ASSAY_FASTTRACKML_PYTHON \
    ASSAY_TABLES_PYTHON ASSAY_TFDV_PYTHON ASSAY_INFERENCE_PYTHON ASSAY_MAIL_PYTHON ASSAY_SERVING_PYTHON

assay_arrow_version=25.0.1
assay_arrow_local="$ASSAY_CACHE/arrow-$assay_arrow_version"
if [ -e "$assay_arrow_local/lib/pkgconfig/arrow-dataset.pc" ]; then
    case ":${PKG_CONFIG_PATH:-}:" in
        *":$assay_arrow_local/lib/pkgconfig:"*) ;;
        *) export PKG_CONFIG_PATH="$assay_arrow_local/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}" ;;
    esac
    case ":${LD_LIBRARY_PATH:-}:" in
        *":$assay_arrow_local/lib:"*) ;;
        *) export LD_LIBRARY_PATH="$assay_arrow_local/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" ;;
    esac
fi
