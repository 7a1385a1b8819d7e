import Configuration
import FileSystem
import Model

extension Configuration.Store {
    /// Where its objects lie in a network, as far as this host sees it in numbers: what the folder
    /// is mounted from, or the bucket's server.
    ///
    /// - Returns: nil of a disk of this machine, and of a name, which may mean another address
    ///   elsewhere. What is reached by way of this machine itself lies behind it, who knows where.
    /// - Throws: ``FileSystemError`` if it cannot be seen what is mounted.
    func address() throws(FileSystemError) -> NetworkAddress? {
        let address: NetworkAddress?
        switch place {
        case .folder(let path): address = try MountedFileSystem(of: path).mount.address
        case .s3(let location): address = location.address
        }
        return address.flatMap { $0.isLoopback ? nil : $0 }
    }

    /// Whether the port is as certain as the address: that of a bucket's server, and SMB's 445
    /// ([MS-SMB2] §2.1). Of NFS it is not, whose server may listen at another.
    ///
    /// - Parameter address: the store's own.
    /// - Returns: false if the address alone tells it.
    func isPortCertain(of address: NetworkAddress) -> Bool {
        switch place {
        case .folder: address.port == 445
        case .s3: true
        }
    }
}

extension MountTable.Mount {
    /// The server's address, where the source of a mount names one in numbers: `10.0.0.10:/export`
    /// of NFS, at its port 2049 (RFC 7530 §3.1), and `//10.0.0.10/share` of SMB, at 445 ([MS-SMB2]
    /// §2.1).
    var address: NetworkAddress? {
        switch type {
        case "nfs", "nfs4":
            source.firstRange(of: ":/").flatMap { end in
                NetworkAddress(host: String(source[..<end.lowerBound]), port: 2_049)
            }
        case "cifs", "smb3":
            NetworkAddress(host: String(source.drop { $0 == "/" }.prefix { $0 != "/" }), port: 445)
        default:
            nil
        }
    }
}
