-- Questions to a restored ORCA (日医標準レセプトソフト) database, for `assertions:` of a drill plan.
-- They ask what its program relies on and no constraint of the database holds: DOMAIN's O2 and O5.
-- Written after published excerpts of its schema; whoever runs another edition may have to adapt them.
-- Numbers and contents of all tables are compared with the backup's witness anyway.

-- name: a patient's number within an institution is given once (O2)
SELECT NOT EXISTS (SELECT 1 FROM tbl_ptinf GROUP BY hospnum, ptid HAVING count(*) > 1);

-- name: every patient has a number for people, and every such number a patient (O2)
SELECT NOT EXISTS (
    SELECT 1 FROM tbl_ptinf i FULL JOIN tbl_ptnum n USING (hospnum, ptid)
    WHERE i.ptid IS NULL OR n.ptid IS NULL);

-- name: a number for people stands for one patient (O2)
SELECT NOT EXISTS (SELECT 1 FROM tbl_ptnum GROUP BY hospnum, ptnum HAVING count(*) > 1);

-- name: every insurance is a patient's (O2)
SELECT NOT EXISTS (
    SELECT 1 FROM tbl_pthkninf x
    WHERE NOT EXISTS (
        SELECT 1 FROM tbl_ptinf i WHERE i.hospnum = x.hospnum AND i.ptid = x.ptid));

-- name: every combination of insurances is a patient's (O2)
SELECT NOT EXISTS (
    SELECT 1 FROM tbl_hkncombi x
    WHERE NOT EXISTS (
        SELECT 1 FROM tbl_ptinf i WHERE i.hospnum = x.hospnum AND i.ptid = x.ptid));

-- name: every account of treatment is a patient's (O2)
SELECT NOT EXISTS (
    SELECT 1 FROM tbl_sryacct_main x
    WHERE NOT EXISTS (
        SELECT 1 FROM tbl_ptinf i WHERE i.hospnum = x.hospnum AND i.ptid = x.ptid));

-- name: every payment is a patient's (O2)
SELECT NOT EXISTS (
    SELECT 1 FROM tbl_syunou x
    WHERE NOT EXISTS (
        SELECT 1 FROM tbl_ptinf i WHERE i.hospnum = x.hospnum AND i.ptid = x.ptid));

-- name: every patient is of an institution that is set up (O5)
SELECT NOT EXISTS (
    SELECT 1 FROM tbl_ptinf x
    WHERE NOT EXISTS (
        SELECT 1 FROM tbl_syskanri k WHERE k.hospnum = x.hospnum AND k.kanricd = '1001'));

-- Numbers of institutions are compared row by row with the witness of the same snapshot. Between
-- generations a hospital that is alone in its database may add, with a name line of its own:
--   SELECT count(DISTINCT hospnum) = 1 FROM tbl_ptinf
-- Group practices have several, so it is not asked of everyone.

-- name: there are patients, each of an institution (O5)
SELECT count(*) > 0 AND count(*) = count(hospnum) FROM tbl_ptinf;
