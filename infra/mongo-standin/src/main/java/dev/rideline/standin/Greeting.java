package dev.rideline.standin;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;

/**
 * How the server describes itself: as a replica set of one member, because drivers retry writes only on a replica set, and the
 * product must run the same code here as on MongoDB.
 */
final class Greeting {

    private static final int MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
    private static final int MAX_MESSAGE_BYTES = 48_000_000;
    private static final int MAX_BATCH = 100_000;
    private static final int SESSION_MINUTES = 30;
    private static final int NO_REPLICATION_ENABLED = 76;

    private final String replicaSet;
    private final CompletableFuture<String> listensOn = new CompletableFuture<>();

    /** @param replicaSet null for a server that is not in a replica set */
    Greeting(String replicaSet) {
        this.replicaSet = replicaSet;
    }

    /** Known once the server listens, as port 0 takes a free one. */
    void listensOn(String hostAndPort) {
        listensOn.complete(hostAndPort);
    }

    /**
     * A client may connect before the address is known, and is answered once it is: to an answer without an address the Node driver reacts
     * with an unhandled rejection, which ends the client's process, and its monitor never checks the server again.
     */
    private String address() {
        return listensOn.join();
    }

    Document hello(MongoVersion version, Instant now) {
        Document hello = new Document("helloOk", true).append("ismaster", true).append("isWritablePrimary", true);
        if (replicaSet != null) {
            String address = address();
            hello.append("setName", replicaSet).append("setVersion", 1).append("hosts", List.of(address))
                .append("me", address).append("primary", address).append("secondary", false)
                .append("lastWrite", new Document("lastWriteDate", now));
        }
        return hello
            .append("maxBsonObjectSize", MAX_DOCUMENT_BYTES).append("maxMessageSizeBytes", MAX_MESSAGE_BYTES)
            .append("maxWriteBatchSize", MAX_BATCH).append("localTime", now)
            .append("logicalSessionTimeoutMinutes", SESSION_MINUTES)
            .append("minWireVersion", 0).append("maxWireVersion", version.getWireVersion())
            .append("readOnly", false).append("ok", 1.0);
    }

    /** A session is only a name here; the server keeps its last write and nothing else. */
    Document session(String command) {
        Document answer = new Document();
        if (command.equals("startsession")) {
            answer.append("id", new Document("id", UUID.randomUUID())).append("timeoutMinutes", SESSION_MINUTES);
        }
        return answer.append("ok", 1.0);
    }

    Document replicaSetStatus(Instant now) {
        if (replicaSet == null) {
            throw new MongoServerError(NO_REPLICATION_ENABLED, "NoReplicationEnabled", "not running with --replica-set");
        }
        Document self = new Document("_id", 0).append("name", address()).append("health", 1.0).append("state", 1)
            .append("stateStr", "PRIMARY").append("self", true);
        return new Document("set", replicaSet).append("date", now).append("myState", 1).append("members", List.of(self))
            .append("ok", 1.0);
    }
}
