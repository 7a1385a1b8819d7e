-- A patient walks in now. The recovery point of the drill is measured against this moment.
INSERT INTO ehr.encounter (patient_id, kind, department_code, practitioner_id, started_at)
SELECT patient_id, 'outpatient', department_code, practitioner_id, clock_timestamp()
FROM ehr.encounter
WHERE kind = 'outpatient'
ORDER BY encounter_id
LIMIT 1;
