package dev.rideline.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.h2.mvstore.MVStoreException;

/** Starts the stand-in, and stops it cleanly on SIGTERM and SIGINT. */
public final class Main {

    private Main() {
    }

    public static void main(String[] arguments) {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException wrong) {
            throw exit(wrong.getMessage());
        }
        Storage storage = openStorage(options.data());
        GroupCommit commits = new GroupCommit(storage, Main::abort);
        Greeting greeting = new Greeting(options.replicaSet());
        StandinBackend backend = new StandinBackend(storage, commits, greeting);
        StandinServer server = new StandinServer(backend, Main::abort);
        TtlSweeper sweeper = new TtlSweeper(backend, storage, commits, Main::abort);

        int port = listen(server, options);
        greeting.listensOn(options.host() + ":" + port);
        sweeper.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, sweeper, commits, storage), "stop"));
        System.out.println("ready port=" + port);
    }

    private static Storage openStorage(Path directory) {
        try {
            Files.createDirectories(directory);
            if (!Files.isWritable(directory)) {
                throw exit("cannot write to " + directory);
            }
            return new Storage(directory);
        } catch (IOException failure) {
            throw exit("cannot make the folder " + directory + ": " + failure.getMessage());
        } catch (MVStoreException failure) {
            throw exit("cannot open the data in " + directory + " (is another one running there?): " + failure.getMessage());
        }
    }

    private static int listen(StandinServer server, Options options) {
        try {
            return server.listen(options.host(), options.port());
        } catch (Exception failure) { // Netty throws the socket's checked exception undeclared.
            throw exit("cannot listen on " + options.host() + ":" + options.port() + ": " + failure.getMessage());
        }
    }

    /** Order: no new work, then the last responses, then the file. */
    private static void stop(StandinServer server, TtlSweeper sweeper, GroupCommit commits, Storage storage) {
        try {
            server.stopListening();
            sweeper.stop();
            commits.stop();
            server.close();
            storage.close();
        } catch (InterruptedException | RuntimeException failure) {
            abort(failure);
        }
        // By itself a JVM that stops on SIGTERM exits with 143.
        Runtime.getRuntime().halt(0);
    }

    /** Memory and disk may differ now, so the process must end and the next one read the disk. */
    private static void abort(Throwable failure) {
        System.err.println("mongo-standin: stopped, the data could not be committed: " + failure);
        Runtime.getRuntime().halt(1);
    }

    private static IllegalStateException exit(String reason) {
        System.err.println("mongo-standin: " + reason);
        Runtime.getRuntime().halt(1);
        return new IllegalStateException(reason);
    }
}
