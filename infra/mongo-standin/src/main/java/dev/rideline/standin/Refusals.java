package dev.rideline.standin;

import java.util.List;
import java.util.Set;

import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;

/**
 * Refuses what upstream would silently ignore and therefore answer wrongly, so that nobody relies on it.
 */
final class Refusals {

    private static final int COMMAND_NOT_SUPPORTED = 115;
    /** Not 20, which drivers interpret as "no retryable writes". */
    private static final int NOT_SUPPORTED_IN_TRANSACTION = 263;

    private static final Set<String> COMMANDS = Set.of("commitTransaction", "abortTransaction", "renameCollection", "mapReduce",
        "collMod", "convertToCapped", "cloneCollectionAsCapped", "explain");
    private static final Set<String> OPTIONS = Set.of("collation", "min", "max", "returnKey", "showRecordId", "tailable",
        "awaitData", "let", "capped", "validator", "timeseries", "viewOn", "clusteredIndex", "changeStreamPreAndPostImages");

    private Refusals() {
    }

    /** Throws when the command needs something that the stand-in cannot do. */
    static void check(String command, Document query) {
        if (query.containsKey("startTransaction") || query.containsKey("autocommit")) {
            throw new MongoServerError(NOT_SUPPORTED_IN_TRANSACTION, "OperationNotSupportedInTransaction",
                "the stand-in does not do transactions");
        }
        if (COMMANDS.contains(command)) {
            throw notSupported(command);
        }
        for (String option : OPTIONS) {
            if (isAsked(query.get(option))) {
                throw notSupported(option);
            }
        }
        for (String batch : List.of("updates", "deletes", "indexes")) {
            if (query.get(batch) instanceof List<?> statements) {
                for (Object statement : statements) {
                    if (statement instanceof Document document && isAsked(document.get("collation"))) {
                        throw notSupported("collation");
                    }
                }
            }
        }
        if (command.equalsIgnoreCase("findAndModify") && query.get("update") instanceof List<?>) {
            throw notSupported("pipeline updates");
        }
        if (query.get("readConcern") instanceof Document concern && "snapshot".equals(concern.get("level"))) {
            throw notSupported("read concern snapshot");
        }
    }

    private static boolean isAsked(Object option) {
        return option instanceof Document document ? !document.isEmpty() : option instanceof String || Utils.isTrue(option);
    }

    static MongoServerError notSupported(String what) {
        return new MongoServerError(COMMAND_NOT_SUPPORTED, "CommandNotSupported", "the stand-in does not do " + what);
    }
}
