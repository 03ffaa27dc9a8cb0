#pragma once

#include "base/error.h"

namespace penstock::format {

inline constexpr Rejection kProofWrong{
    11001, Code::data_loss, "PROOF_WRONG",
    "The Merkle proof does not lead from the record to the tree head; ask the exchange for the "
    "receipt again, and report it if it fails again."};
inline constexpr Rejection kLeafOutOfRange{
    11002, Code::out_of_range, "LEAF_OUT_OF_RANGE",
    "The tree has no such leaf or was never that small; name an index below the tree's size."};
inline constexpr Rejection kTilePathInvalid{11003, Code::not_found, "TILE_PATH_INVALID",
                                            "This is not the path of a tile; see "
                                            "c2sp.org/tlog-tiles for how paths are formed."};
inline constexpr Rejection kTileInvalid{
    11004, Code::data_loss, "TILE_INVALID",
    "The tile or entry bundle does not have the form or length it must; fetch it again."};
inline constexpr Rejection kEntryTooLarge{
    11005, Code::invalid_argument, "ENTRY_TOO_LARGE",
    "A log entry holds at most 65,535 bytes; log a commitment to the content instead."};
inline constexpr Rejection kVerifierKeyInvalid{
    11006, Code::invalid_argument, "VERIFIER_KEY_INVALID",
    "This is not a verifier key of the form name+hash+base64; copy the whole line again."};
inline constexpr Rejection kNoteMalformed{
    11007, Code::invalid_argument, "NOTE_MALFORMED",
    "This is not a signed note (c2sp.org/signed-note); fetch it again."};
inline constexpr Rejection kNoteNotSigned{
    11008, Code::unauthenticated, "NOTE_NOT_SIGNED",
    "The note carries no signature by the expected key; check that the key is this log's."};
inline constexpr Rejection kCheckpointMalformed{
    11009, Code::invalid_argument, "CHECKPOINT_MALFORMED",
    "The signed text is not a checkpoint of the expected log; check the log's name and key."};
inline constexpr Rejection kProofMalformed{
    11010, Code::invalid_argument, "PROOF_MALFORMED",
    "This is not a .tlog-proof file (c2sp.org/tlog-proof); copy the whole file again."};
inline constexpr Rejection kReceiptMalformed{
    11011, Code::invalid_argument, "RECEIPT_MALFORMED",
    "The proof does not carry the opening of an evidence record; copy the whole file again."};
inline constexpr Rejection kReceiptWrong{
    11012, Code::data_loss, "RECEIPT_WRONG",
    "The receipt's content is not what was committed to in the log; do not trust it, and ask the "
    "exchange for the receipt again."};
inline constexpr Rejection kEvidenceEntryInvalid{
    11013, Code::invalid_argument, "EVIDENCE_ENTRY_INVALID",
    "This is not the canonical text of an evidence record; nothing in it may be altered."};
inline constexpr Rejection kStatementWrong{
    11014, Code::unauthenticated, "STATEMENT_WRONG",
    "The statement is of another type or not signed by the expected key; sign it again."};
inline constexpr Rejection kRequestSignatureMalformed{
    11015, Code::unauthenticated, "REQUEST_SIGNATURE_MALFORMED",
    "The Authorization header is not 'Penstock-Agent <agent>.<unix ms>.<base64 signature>'."};
inline constexpr Rejection kRequestSignatureWrong{
    11016, Code::unauthenticated, "REQUEST_SIGNATURE_WRONG",
    "The signature does not fit this request and the agent's key; sign verb, path, time and body "
    "exactly as they are sent."};
inline constexpr Rejection kRequestClockSkewed{
    11017, Code::unauthenticated, "REQUEST_CLOCK_SKEWED",
    "The request was signed more than 60 s from now; set the agent's clock (NTP) and send again."};
inline constexpr Rejection kTaskFileTooLarge{
    11020, Code::resource_exhausted, "TASK_FILE_TOO_LARGE",
    "The task file exceeds a limit; move scripts and data into files under file_mounts."};
inline constexpr Rejection kTaskFileSyntax{
    11021, Code::invalid_argument, "TASK_FILE_SYNTAX",
    "The task file is not the plain YAML that is accepted here."};
inline constexpr Rejection kTaskFileUnknown{11022, Code::invalid_argument,
                                            "TASK_FILE_UNKNOWN_FIELD",
                                            "The task file has a field that is not known."};
inline constexpr Rejection kTaskFileDuplicate{11023, Code::invalid_argument,
                                              "TASK_FILE_DUPLICATE_FIELD",
                                              "The task file gives a field twice; remove one."};
inline constexpr Rejection kTaskFileConflict{11024, Code::invalid_argument, "TASK_FILE_CONFLICT",
                                             "Two fields of the task file contradict each other."};
inline constexpr Rejection kTaskFileValue{11025, Code::invalid_argument, "TASK_FILE_VALUE",
                                          "A field of the task file has a value it cannot have."};
inline constexpr Rejection kTaskFileMissing{11026, Code::invalid_argument,
                                            "TASK_FILE_MISSING_FIELD",
                                            "The task file lacks a field it must have."};
inline constexpr Rejection kTaskFileNotOffered{
    11027, Code::unimplemented, "TASK_FILE_NOT_OFFERED",
    "The task file asks for something that this exchange does not offer yet."};
inline constexpr Rejection kResultPatternWrong{11028, Code::invalid_argument,
                                               "RESULT_PATTERN_WRONG",
                                               "The expression that results are counted by is not "
                                               "one that is accepted here (RE2, one group at "
                                               "most)."};
inline constexpr Rejection kCsvSyntax{
    11030, Code::invalid_argument, "CSV_SYNTAX",
    "The file is not the CSV that is accepted here (RFC 4180 in UTF-8)."};
inline constexpr Rejection kCsvTooLarge{
    11031, Code::resource_exhausted, "CSV_TOO_LARGE",
    "The CSV file exceeds a limit; split it into several files."};

}  // namespace penstock::format
