import ArgumentParser

/// Whether and how a gateway scores data sets in jobs.
struct JobOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Take jobs: a folder for the data sets that are scored and for their results. Without this option there are none.",
            discussion: "A data set is removed when its job has ended, a result after --job-hours.", valueName: "folder"))
    var jobs: String?

    @Option(help: ArgumentHelp("How large a data set may be, in MiB.", valueName: "mebibytes"))
    var jobLimit = 1_024

    @Option(help: ArgumentHelp("How many jobs are scored at a time.", valueName: "count"))
    var concurrentJobs = 1

    @Option(help: ArgumentHelp("How many jobs may wait, of one caller and of all.", valueName: "count"))
    var waitingJobs = 16

    @Option(help: ArgumentHelp("How many hours a job that has ended is kept with its result.", valueName: "hours"))
    var jobHours = 24

    func validate() throws {
        guard (1...1_048_576).contains(jobLimit) else { throw ValidationError("--job-limit is a number of mebibytes from 1 to 1048576.") }
        guard (1...64).contains(concurrentJobs) else { throw ValidationError("--concurrent-jobs is a number from 1 to 64.") }
        guard (1...1_000).contains(waitingJobs) else { throw ValidationError("--waiting-jobs is a number from 1 to 1000.") }
        guard (1...8_760).contains(jobHours) else { throw ValidationError("--job-hours is a number from 1 to 8760.") }
    }
}
