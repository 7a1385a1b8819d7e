import Format
import Model

/// What stands in `medium/README.txt`: how to verify and to restore without us.
enum MediumInstructions {
    /// The page.
    ///
    /// - Parameter document: which medium it is.
    /// - Returns: lines of UTF-8, Japanese first.
    static func text(_ document: MediumDocument) -> String {
        """
        Toride 砦
        媒体 / medium: \(document.label) (\(document.id.hex))
        保管庫 / repository: \(document.repository.hex)

        この媒体には、病院のバックアップの控えが暗号化されて入っています。
        復旧鍵がなければ、だれも中身を読めません。

        1. 確かめる（鍵は要りません）
           ./medium/toride-verify . --signer medium/signers.txt
             媒体の一番上のフォルダーで実行します。どの Linux でも動きます。
             動かないときは /tmp に写してから実行してください。
             signers.txt はこの媒体にあるものです。別の場所に控えた公開鍵があれば、
             必ずそれと見比べてください。
           プログラムがなければ sha256sum だけでも確かめられます。
             packs、index、lists、keys の中のファイル名は、その中身の SHA-256 です。
             find packs index lists keys -type f -exec sha256sum {} + |
               awk '{n=$2; sub(".*/","",n); if ($1!=n) print "壊れています:", $2}'
             何も表示されなければ、どれも名前のとおりです。

        2. 復元する（復旧鍵が要ります）
           toride のある機械で、この媒体を保管先として設定し、
             toride restore セット名@latest --to フォルダー --identity 鍵ファイル
           toride がなくても、Python で書かれた rescue/toride_rescue.py が同じことをします。
             使い方は rescue/README.md、データの形は docs/FORMAT.md にあります。

        この媒体に書き込まないでください。

        ----------------------------------------------------------------------

        This medium carries a copy of a hospital's backups. It is encrypted: without the
        recovery key nobody reads it.

        1. To verify it (no key is needed)
           ./medium/toride-verify . --signer medium/signers.txt
             Run it at the top of the medium; any Linux will do. If it does not start,
             copy it to /tmp and start it there. signers.txt came with this medium: where
             you have the public key from elsewhere, compare the two.
           Without the program, sha256sum is enough: files in packs, index, lists and keys
           are named by the SHA-256 of what is in them.
             find packs index lists keys -type f -exec sha256sum {} + |
               awk '{n=$2; sub(".*/","",n); if ($1!=n) print "damaged:", $2}'
             Where it prints nothing, each is what its name says.

        2. To restore it (the recovery key is needed)
           On a machine that has toride, configure this medium as a store, then
             toride restore SET@latest --to FOLDER --identity KEYFILE
           Without toride, rescue/toride_rescue.py, which is Python, does the same:
             see rescue/README.md, and docs/FORMAT.md for what the bytes mean.

        Do not write to this medium.

        """
    }
}
