import FileSystem
import Glibc
import HTTP
import Model
import Primitives
import TestSupport
import Testing

@testable import S3Store

@Suite struct S3CredentialsTests {
    private static let text = """
        # keys of the backup host
        [default]
        aws_access_key_id=OTHER
        aws_secret_access_key=OTHER

        [toride]\r
        region = us-east-1
        aws_access_key_id = AKIAIOSFODNN7EXAMPLE
        aws_secret_access_key =\t\(exampleSecret) \r
        aws_session_token = a=token==
        [half]
        aws_access_key_id = HALF
        aws_secret_access_key =
        """

    private func withFile(
        _ text: String,
        mode: UInt32 = 0o600,
        _ body: (String) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/credentials"
            try FileHandle.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
                .write(Array(text.utf8))
            try #require(unsafe chmod(path, mode) == 0)
            try body(path)
        }
    }

    @Test func `a profile of a file is read, and signs as it should`() throws {
        try withFile(Self.text) { path in
            let read = try S3Credentials(.file(path, profile: "toride"))
            #expect(read.accessKeyID == "AKIAIOSFODNN7EXAMPLE")
            #expect(read.sessionToken == "a=token==")
            let scope = ["20130524", "us-east-1", "s3", "aws4_request"]
            let key = try read.signingKey(scope)
            let isSame = key.matches(try exampleCredentials().signingKey(scope))
            #expect(isSame)
            let other = try S3Credentials(.file(path, profile: "default"))
            #expect(other.accessKeyID == "OTHER")
            #expect(other.sessionToken == nil)
        }
    }

    @Test func `a session token is sent and signed`() throws {
        try withFile(Self.text) { path in
            let location = S3Location(isSecure: true, host: "s3", port: 443, bucket: "bucket")
            let signer = SigV4(location, try S3Credentials(.file(path, profile: "toride")))
            let signed = try signer.sign(S3Request("", "GET", "a"), at: exampleTime)
            let names = signed.headers.map(\.name)
            #expect(names.contains("x-amz-security-token"))
            let authorization = signed.headers.last?.value ?? ""
            #expect(authorization.contains("x-amz-date;x-amz-security-token,"))
        }
    }

    @Test(arguments: [
        ("none", "there is no [none]"), ("half", "[half] has no aws_secret_access_key"),
        ("toride]\n[default", "there is no"),
    ])
    func `a profile that lacks something is told`(profile: String, said: String) throws {
        try withFile(Self.text) { path in
            let error = #expect(throws: S3CredentialsError.self) {
                try S3Credentials(.file(path, profile: profile))
            }
            #expect(error?.description.contains(said) == true)
            #expect(error?.exitCode == .couldNotLook)
        }
    }

    @Test(arguments: [UInt32(0o640), 0o604, 0o620, 0o644])
    func `a file that others may read is refused`(mode: UInt32) throws {
        try withFile(Self.text, mode: mode) { path in
            #expect(throws: S3CredentialsError.readableByOthers(path: path)) {
                try S3Credentials(.file(path, profile: "toride"))
            }
        }
    }

    @Test func `what is no file, empty or too long is told, and keeps nobody waiting`() throws {
        try withTemporaryFolder { folder in
            #expect(unsafe mkfifo("\(folder)/fifo", 0o600) == 0)
            for path in [folder, "\(folder)/fifo", "\(folder)/none"] {
                let error = #expect(throws: S3CredentialsError.self) {
                    try S3Credentials(.file(path, profile: "default"))
                }
                guard case .unreadable(path, _) = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
        }
        for text in ["", String(repeating: "#", count: 70_000)] {
            try withFile(text) { path in
                #expect(throws: S3CredentialsError.self) {
                    try S3Credentials(.file(path, profile: "default"))
                }
            }
        }
    }

    @Test func `the environment gives an access key, or says what it lacks`() async {
        // In a process of its own, whose environment is no other test's.
        await #expect(processExitsWith: .success) {
            for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
                _ = unsafe unsetenv(name)
            }
            #expect(throws: S3CredentialsError.notSet("AWS_ACCESS_KEY_ID")) {
                try S3Credentials(.environment)
            }
            _ = unsafe setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", 1)
            _ = unsafe setenv("AWS_SECRET_ACCESS_KEY", "", 1)
            #expect(throws: S3CredentialsError.notSet("AWS_SECRET_ACCESS_KEY")) {
                try S3Credentials(.environment)
            }
            _ = unsafe setenv("AWS_SECRET_ACCESS_KEY", "secret", 1)
            let read = try S3Credentials(.environment)
            #expect(read.accessKeyID == "AKIAIOSFODNN7EXAMPLE")
            #expect(read.sessionToken == nil)
        }
    }

    @Test func `no message and no description holds a secret`() throws {
        try withFile(Self.text) { path in
            let read = try S3Credentials(.file(path, profile: "toride"))
            var texts = ["\(read)", String(reflecting: read)]
            let error = #expect(throws: S3CredentialsError.self) {
                try S3Credentials(.file(path, profile: "half"))
            }
            texts.append("\(String(reflecting: error)) \(error?.hint ?? "")")
            for text in texts {
                #expect(!text.contains(exampleSecret))
                #expect(!text.contains("token=="))
            }
        }
    }
}
