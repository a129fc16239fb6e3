import AssayStore
import AssayTerms
import Glibc

/// Walks a folder of artifacts.
///
/// Links are followed to files inside the folder and nowhere else: a link that leads out, or to a folder, is named and left
/// out, and so is what is neither file nor folder and a name that is no UTF-8.
struct FolderListing {
    /// Without links.
    private let root: String
    private(set) var files: [SourceFile] = []
    private(set) var problems: [ImportProblem] = []

    private let noun: String

    /// - Parameters:
    ///   - name: whose folder it is, in messages.
    ///   - noun: what one of its files is called there.
    init(_ folder: String, name: Text, noun: String = "artifact") {
        self.noun = noun
        guard let root = LocalFiles.resolved(folder) else {
            self.root = folder
            problems.append(ImportProblem(name, Text("its folder \(folder) cannot be read")))
            return
        }
        self.root = root
        walk("", name)
        files.sort { $0.path < $1.path }
    }

    private mutating func walk(_ folder: String, _ owner: Text) {
        guard let names = LocalFiles.names(in: root + folder) else {
            return complain(owner, folder, "the folder cannot be read: \(String(cString: strerror(errno)))")
        }
        for (name, isText) in names {
            let path = folder + "/" + name
            guard isText else {
                complain(owner, path, "its name is not UTF-8")
                continue
            }
            var status = stat()
            guard lstat(root + path, &status) == 0 else {
                complain(owner, path, "it cannot be examined: \(String(cString: strerror(errno)))")
                continue
            }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: walk(path, owner)
            case S_IFREG: add(path, at: root + path, status)
            case S_IFLNK: follow(path, owner)
            default: complain(owner, path, "it is neither a file nor a folder")
            }
        }
    }

    private mutating func follow(_ path: String, _ owner: Text) {
        var status = stat()
        guard let target = LocalFiles.resolved(root + path), stat(target, &status) == 0 else {
            return complain(owner, path, "it is a link to nothing")
        }
        guard target.utf8.starts(with: (root + "/").utf8) else {
            return complain(owner, path, "it is a link that leads out of the artifact folder")
        }
        guard LocalFiles.kind(status) == .file else { return complain(owner, path, "it is a link to a folder, which is not followed") }
        add(path, at: target, status)
    }

    private mutating func add(_ path: String, at location: String, _ status: stat) {
        files.append(
            SourceFile(
                path: Text(String(path.dropFirst())), location: location, size: Int64(status.st_size),
                modifiedNanoseconds: Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)))
    }

    private mutating func complain(_ owner: Text, _ path: String, _ message: String) {
        problems.append(ImportProblem(Text("\(owner), \(noun) '\(path.dropFirst())'"), Text(message + "; it was left out")))
    }
}
