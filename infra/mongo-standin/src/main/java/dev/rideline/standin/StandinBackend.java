package dev.rideline.standin;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;

/**
 * Answers commands: decides which of them write and wait for the disk, which are retries, and handles those that belong to no
 * database.
 */
final class StandinBackend extends AbstractMongoBackend {

    /** MongoDB 6.0: supported by current drivers and consistent with what this server does. */
    private static final MongoVersion VERSION = new MongoVersion() {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(6, 0, 0, 0);
        }

        @Override
        public int getWireVersion() {
            return 17;
        }
    };

    private static final int DEFAULT_NEXT_BATCH = 1_000;
    private static final Set<String> WRITES = Set.of("insert", "update", "delete", "findandmodify", "create", "createindexes",
        "dropindexes", "drop", "dropdatabase");
    private static final Set<Object> DURABLE_READS = Set.of("majority", "linearizable");
    private static final Set<String> SESSION_COMMANDS =
        Set.of("endsessions", "refreshsessions", "killsessions", "killallsessions", "startsession");

    private final Storage storage;
    private final GroupCommit commits;
    private final RetriedWrites retries;
    private final Greeting greeting;
    private final OpenCursors openCursors = new OpenCursors(getCursorRegistry());
    private final Map<String, StandinDatabase> opened = new ConcurrentHashMap<>();

    StandinBackend(Storage storage, GroupCommit commits, Greeting greeting) {
        this.storage = storage;
        this.commits = commits;
        this.greeting = greeting;
        this.retries = new RetriedWrites(storage.openRetries());
        version(VERSION);
        // Opening a database builds its indexes.
        storage.databaseNames().forEach(this::resolveDatabase);
    }

    /**
     * Answers a command.
     *
     * @return completes when the response may be sent: for a write when it is on disk; for a read at once, or, with read concern
     *     majority, when what it saw is on disk
     * @throws de.bwaldvogel.mongo.exception.MongoServerException when the command failed or is refused
     */
    CompletableFuture<Document> execute(Channel channel, Document query) {
        String command = query.keySet().iterator().next();
        Refusals.check(command, query);
        if (!WRITES.contains(command.toLowerCase(Locale.ROOT))) {
            Document answer = answer(channel, command, query);
            return isMajorityRead(query) ? commits.whenDurable(answer) : CompletableFuture.completedFuture(answer);
        }
        Object sessionId = query.get("lsid") instanceof Document lsid ? lsid.get("id") : null;
        if (sessionId == null || !(query.get("txnNumber") instanceof Number number)) {
            return write(channel, command, query, null, answer -> { });
        }
        return retries.once(sessionId, number.longValue(), progress ->
            write(channel, command, query, progress, answer -> retries.keep(sessionId, number.longValue(), answer)));
    }

    /** @param progress of an earlier attempt at the same batch, or null */
    private CompletableFuture<Document> write(Channel channel, String command, Document query, Document progress,
                                              Consumer<Document> keep) {
        SlicedWrite batch = SlicedWrite.of(command, query, progress);
        if (batch == null) {
            return commits.whenDurable(commits.apply(() -> {
                Document applied = answer(channel, command, query);
                keep.accept(applied);
                return applied;
            }));
        }
        while (!batch.isDone()) {
            commits.apply(() -> {
                batch.applied(answer(channel, command, batch.slice()));
                keep.accept(batch.answer());
                return null;
            });
        }
        return commits.whenDurable(batch.answer());
    }

    private Document answer(Channel channel, String command, Document query) {
        return storage.read(() -> handleCommand(channel, (String) query.getOrDefault("$db", "admin"), command, query));
    }

    private static boolean isMajorityRead(Document query) {
        return query.get("readConcern") instanceof Document concern && DURABLE_READS.contains(concern.getOrMissing("level"));
    }

    @Override
    public Document handleCommand(Channel channel, String database, String command, Document query) {
        String name = command.toLowerCase(Locale.ROOT);
        if (name.equals("hello") || name.equals("ismaster")) {
            return greeting.hello(VERSION, Instant.now(getClock()));
        }
        if (name.equals("buildinfo")) {
            Document info = super.handleCommand(channel, database, command, query);
            return info.append("modules", List.of()).append("standIn", "rideline mongo-standin");
        }
        if (SESSION_COMMANDS.contains(name)) {
            return greeting.session(name);
        }
        if (name.equals("replsetgetstatus")) {
            return greeting.replicaSetStatus(Instant.now(getClock()));
        }
        if (name.equals("getmore") && !query.containsKey("batchSize")) {
            return super.handleCommand(channel, database, command, query.clone().append("batchSize", DEFAULT_NEXT_BATCH));
        }
        if (name.equals("drop") && openedCollection(database, query.get(command)) == null) {
            return new Document("ok", 1.0);
        }
        return super.handleCommand(channel, database, command, query);
    }

    private StandinCollection openedCollection(String database, Object collection) {
        return ((StandinDatabase) resolveDatabase(database)).collection(String.valueOf(collection));
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String name) {
        StandinDatabase database = opened.get(name);
        if (database == null) {
            database = new StandinDatabase(name, storage, getCursorRegistry(), openCursors);
            opened.put(name, database);
        }
        return database;
    }

    @Override
    public void dropDatabase(String name) {
        opened.remove(name);
        super.dropDatabase(name);
    }

    Collection<StandinDatabase> databases() {
        return opened.values();
    }
}
