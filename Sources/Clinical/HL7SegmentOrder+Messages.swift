/// The structures of the messages that SS-MIX2 stores: HL7 v2.5 §3.3 (ADT), §4 (orders), §7
/// (results), and, where JAHIS narrows or adds (TQ1, IPC, ZE1, PPR^ZD1), NHO's
/// HL7_SEGMENTORDER.json at 550fdcd of nhoHQ/SSMIX2DataTestingTool.
extension HL7SegmentOrder {
    // MARK: Patients and stays

    /// ADT_A01: A01, A04, A08, A13.
    static let admission = HL7SegmentOrder(
        """
        MSH [ { SFT } ] EVN PID [ PD1 ] [ { ROL } ] [ { NK1 } ] PV1 [ PV2 ] [ { ROL } ]
        [ { DB1 } ] [ { OBX } ] [ { AL1 } ] [ { DG1 } ] [ DRG ] [ { PR1 [ { ROL } ] } ]
        [ { GT1 } ] [ { IN1 [ IN2 ] [ { IN3 } ] [ { ROL } ] } ] [ ACC ] [ UB1 ] [ UB2 ] [ PDA ]
        """
    )
    /// ADT_A02.
    static let transfer = HL7SegmentOrder(
        """
        MSH [ { SFT } ] EVN PID [ PD1 ] [ { ROL } ] PV1 [ PV2 ] [ { ROL } ] [ { DB1 } ]
        [ { OBX } ] [ PDA ]
        """
    )
    /// ADT_A03.
    static let discharge = HL7SegmentOrder(
        """
        MSH [ { SFT } ] EVN PID [ PD1 ] [ { ROL } ] [ { NK1 } ] PV1 [ PV2 ] [ { ROL } ]
        [ { DB1 } ] [ { AL1 } ] [ { DG1 } ] [ DRG ] [ { PR1 [ { ROL } ] } ] [ { OBX } ]
        [ { GT1 } ] [ { IN1 [ IN2 ] [ { IN3 } ] [ { ROL } ] } ] [ ACC ] [ PDA ]
        """
    )
    /// ADT_A05: A14.
    static let plannedAdmission = HL7SegmentOrder(
        """
        MSH [ { SFT } ] EVN PID [ PD1 ] [ { ROL } ] [ { NK1 } ] PV1 [ PV2 ] [ { ROL } ]
        [ { DB1 } ] [ { OBX } ] [ { AL1 } ] [ { DG1 } ] [ DRG ] [ { PR1 [ { ROL } ] } ]
        [ { GT1 } ] [ { IN1 [ IN2 ] [ { IN3 } ] [ { ROL } ] } ] [ ACC ] [ UB1 ] [ UB2 ]
        """
    )
    /// ADT_A09 and ADT_A12: A11, A12.
    static let cancelledAdmission = HL7SegmentOrder(
        "MSH [ { SFT } ] EVN PID [ PD1 ] PV1 [ PV2 ] [ { DB1 } ] [ { OBX } ] [ { DG1 } ]"
    )
    /// ADT_A15.
    static let plannedTransfer = HL7SegmentOrder(
        """
        MSH [ { SFT } ] EVN PID [ PD1 ] [ { ROL } ] PV1 [ PV2 ] [ { ROL } ] [ { DB1 } ]
        [ { OBX } ] [ { DG1 } ]
        """
    )
    /// ADT_A16.
    static let plannedDischarge = HL7SegmentOrder(
        """
        MSH [ { SFT } ] EVN PID [ PD1 ] [ { ROL } ] [ { NK1 } ] PV1 [ PV2 ] [ { ROL } ]
        [ { DB1 } ] [ { OBX } ] [ { AL1 } ] [ { DG1 } ] [ DRG ] [ { PR1 [ { ROL } ] } ]
        [ { GT1 } ] [ { IN1 [ IN2 ] [ { IN3 } ] [ { ROL } ] } ] [ ACC ]
        """
    )
    /// ADT_A21: A21 to A23, A25 to A27.
    static let leave = HL7SegmentOrder(
        "MSH [ { SFT } ] EVN PID [ PD1 ] PV1 [ PV2 ] [ { DB1 } ] [ { OBX } ]"
    )
    /// ADT_A52: A52, A53, A55.
    static let cancelledLeave = HL7SegmentOrder("MSH [ { SFT } ] EVN PID [ PD1 ] PV1 [ PV2 ]")
    /// ADT_A54.
    static let doctor = HL7SegmentOrder(
        "MSH [ { SFT } ] EVN PID [ PD1 ] [ { ROL } ] PV1 [ PV2 ] [ { ROL } ]"
    )
    /// ADT_A60.
    static let allergies = HL7SegmentOrder(
        "MSH [ { SFT } ] EVN PID [ PV1 ] [ PV2 ] [ { IAM } ]"
    )
    /// PPR_ZD1 (JAHIS 病名情報データ交換規約 3.0C).
    static let problems = HL7SegmentOrder(
        """
        MSH [ { SFT } ] PID [ PV1 [ PV2 ] ]
        { PRB [ ZPR ] [ { ZPD } ] [ { NTE } ] [ { VAR } ] [ { ROL [ { VAR } ] } ]
          [ { PTH [ { VAR } ] } ] [ { ZI1 } ] [ { OBX [ { NTE } ] } ]
          [ { GOL [ { NTE } ] [ { VAR } ] [ { ROL [ { VAR } ] } ] [ { OBX [ { NTE } ] } ] } ]
          [ { ORC [ OBR ] [ RXO ] [ { NTE } ] [ { VAR } ] [ { OBX [ { NTE } ] [ { VAR } ] } ] } ] }
        """
    )

    // MARK: Orders

    /// OMD_O03.
    static let diet = HL7SegmentOrder(
        """
        MSH [ { SFT } ] [ { NTE } ]
        [ PID [ PD1 ] [ { NTE } ] [ PV1 [ PV2 ] ] [ { IN1 [ IN2 ] [ IN3 ] } ] [ GT1 ] [ { AL1 } ] ]
        { ORC [ { TQ1 [ { TQ2 } ] } ] [ { ODS } [ { NTE } ] [ { OBX [ { NTE } ] } ] ] }
        [ { ORC [ { TQ1 [ { TQ2 } ] } ] { ODT } [ { NTE } ] } ]
        """
    )
    /// RDE_O11.
    static let prescription = HL7SegmentOrder(
        """
        MSH [ { SFT } ] [ { NTE } ]
        [ PID [ PD1 ] [ { NTE } ] [ PV1 [ PV2 ] ] [ { IN1 [ IN2 ] [ IN3 ] } ] [ GT1 ] [ { AL1 } ] ]
        { ORC [ { TQ1 [ { TQ2 } ] } ] [ RXO [ { NTE } ] { RXR } [ { RXC [ { NTE } ] } ] ]
          RXE [ { NTE } ] { TQ1 [ { TQ2 } ] } { RXR } [ { RXC } ] [ { OBX [ { NTE } ] } ]
          [ { FT1 } ] [ BLG ] [ { CTI } ] }
        """
    )
    /// RAS_O17.
    static let administration = HL7SegmentOrder(
        """
        MSH [ { SFT } ] [ { NTE } ]
        [ PID [ PD1 ] [ { NTE } ] [ { AL1 } ] [ PV1 [ PV2 ] ] ]
        { ORC [ { TQ1 [ { TQ2 } ] } ] [ RXO [ { NTE } ] { RXR } [ { RXC [ { NTE } ] } ] ]
          [ RXE { TQ1 [ { TQ2 } ] } { RXR } [ { RXC } ] ]
          { { RXA } RXR [ { OBX [ { NTE } ] } ] } [ { CTI } ] }
        """
    )
    /// OMG_O19; JAHIS 放射線 2.2 demands TQ1.
    static let generalOrder = HL7SegmentOrder(
        """
        MSH [ { SFT } ] [ { NTE } ]
        [ PID [ PD1 ] [ { NTE } ] [ { NK1 } ] [ PV1 [ PV2 ] ] [ { IN1 [ IN2 ] [ IN3 ] } ] [ GT1 ]
          [ { AL1 } ] ]
        { ORC { TQ1 [ { TQ2 } ] } OBR [ { NTE } ] [ CTD ] [ { DG1 } ] [ { OBX [ { NTE } ] } ]
          [ { SPM [ { OBX } ] [ { SAC [ { OBX } ] } ] } ]
          [ { [ PID [ PD1 ] ] [ PV1 [ PV2 ] ] [ { AL1 } ]
              { [ ORC ] OBR [ { TQ1 [ { TQ2 } ] } ] [ { NTE } ] [ CTD ] { OBX [ { NTE } ] } } } ]
          [ { FT1 } ] [ { CTI } ] [ BLG ] }
        """
    )
    /// OML_O33.
    static let laboratoryOrder = HL7SegmentOrder(
        """
        MSH [ { SFT } ] [ { NTE } ]
        [ PID [ PD1 ] [ { NTE } ] [ { NK1 } ] [ PV1 [ PV2 ] ] [ { IN1 [ IN2 ] [ IN3 ] } ] [ GT1 ]
          [ { AL1 } ] ]
        { SPM [ { OBX } ] [ { SAC } ]
          { ORC [ { TQ1 [ { TQ2 } ] } ]
            [ OBR [ TCD ] [ { NTE } ] [ { DG1 } ] [ { OBX [ TCD ] [ { NTE } ] } ]
              [ { [ PID [ PD1 ] ] [ PV1 [ PV2 ] ] [ { AL1 } ]
                  { [ ORC ] OBR [ { NTE } ] [ { TQ1 [ { TQ2 } ] } ] { OBX [ { NTE } ] } } } ] ]
            [ { FT1 } ] [ { CTI } ] [ BLG ] } }
        """
    )

    // MARK: Results

    /// OMI_Z23 (JAHIS 放射線データ交換規約 2.2, 内視鏡データ交換規約 2.0).
    static let imagingResult = HL7SegmentOrder(
        """
        MSH [ { SFT } ] [ { NTE } ]
        [ PID [ PD1 ] [ { NTE } ] [ PV1 [ PV2 ] ] [ { IN1 [ IN2 ] [ IN3 ] } ] [ GT1 ] [ { AL1 } ] ]
        { ORC { TQ1 [ { TQ2 } ] } OBR [ { NTE } ] [ CTD ] [ { DG1 } ] [ { OBX [ { NTE } ] } ]
          [ { ZE1 [ { OBX } ] [ { ZE2 } ] } ] { IPC } }
        """
    )
    /// OUL_R22.
    static let laboratoryResult = HL7SegmentOrder(
        """
        MSH [ { SFT } ] [ NTE ] [ PID [ PD1 ] [ { NTE } ] ] [ PV1 [ PV2 ] ]
        { SPM [ { OBX } ] [ { SAC [ INV ] } ]
          { OBR [ ORC ] [ { NTE } ] [ { TQ1 [ { TQ2 } ] } ]
            [ { OBX [ TCD ] [ { SID } ] [ { NTE } ] } ] [ { CTI } ] } }
        [ DSC ]
        """
    )
    /// ORU_R01.
    static let observation = HL7SegmentOrder(
        """
        MSH [ { SFT } ]
        { [ PID [ PD1 ] [ { NTE } ] [ { NK1 } ] [ PV1 [ PV2 ] ] ]
          { [ ORC ] OBR [ { NTE } ] [ { TQ1 [ { TQ2 } ] } ] [ CTD ] [ { OBX [ { NTE } ] } ]
            [ { FT1 } ] [ { CTI } ] [ { SPM [ { OBX } ] } ] } }
        [ DSC ]
        """
    )
    /// ORU_R30.
    static let pointOfCare = HL7SegmentOrder(
        """
        MSH [ { SFT } ] PID [ PD1 ] [ { OBX } ] [ PV1 [ PV2 ] ] ORC OBR [ { NTE } ]
        [ { TQ1 [ { TQ2 } ] } ] { OBX [ { NTE } ] }
        """
    )
}
