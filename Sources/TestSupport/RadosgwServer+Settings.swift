extension RadosgwServer {
    /// The cluster's `ceph.conf`: nobody authenticates, one copy of everything, little of each.
    ///
    /// - Parameters:
    ///   - folder: where everything lies.
    ///   - gateway: the port at which S3 is spoken.
    ///   - monitor: the port at which the cluster's own find the monitor.
    /// - Returns: the file's text.
    static func settings(_ folder: String, gateway: UInt16, monitor: UInt16) -> String {
        // radosgw alone insists on an encrypted way to the monitor, which nobody can have who does
        // not authenticate: it would wait for ever ("ms mon client mode").
        """
        [global]
        fsid = \(clusterID)
        mon host = [v2:127.0.0.1:\(monitor)]
        mon initial members = a
        public addr = 127.0.0.1
        cluster addr = 127.0.0.1
        ms bind ipv6 = false
        auth cluster required = none
        auth service required = none
        auth client required = none
        keyring = /dev/null
        run dir = \(folder)
        crash dir = \(folder)
        admin socket =
        log file = \(folder)/$name.log
        mon cluster log file = \(folder)/cluster.log
        osd pool default size = 1
        osd pool default min size = 1
        osd pool default pg num = 1
        osd pool default pgp num = 1
        osd pool default pg autoscale mode = off
        osd crush chooseleaf type = 0
        mon allow pool size one = true
        mon max pg per osd = 2000
        mon data avail crit = 1
        mon data avail warn = 1
        [mon]
        mon data = \(folder)/mon
        paxos propose interval = 0.05
        paxos min wait = 0.02
        [osd]
        osd data = \(folder)/osd
        osd objectstore = memstore
        memstore device bytes = 4294967296
        osd class dir = /usr/lib/x86_64-linux-gnu/rados-classes
        osd class load list = *
        osd class default list = *
        osd numa auto affinity = false
        [client.rgw]
        rgw frontends = beast endpoint=127.0.0.1:\(gateway)
        rgw data = \(folder)
        ms mon client mode = crc
        rgw thread pool size = 16
        rgw gc max objs = 1
        rgw lc max objs = 1
        rgw objexp hints num shards = 1
        rgw usage max shards = 1
        rgw data log num shards = 1
        rgw md log max shards = 1
        rgw reshard num logs = 1
        rgw enable quota threads = false
        rgw run sync thread = false
        rgw dynamic resharding = false

        """
    }
}
