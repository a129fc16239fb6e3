/// A run's name stands in two places that always agree: the run and this tag.
package enum RunName {
    package static let tag: Text = "mlflow.runName"
}
