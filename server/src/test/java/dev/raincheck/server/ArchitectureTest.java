package dev.raincheck.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What keeps the server's rooms apart. */
@AnalyzeClasses(packages = "dev.raincheck.server", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static final ArchRule rooms_do_not_go_in_circles =
      slices().matching("dev.raincheck.server.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule only_the_front_and_the_client_know_jetty =
      noClasses()
          .that()
          .resideOutsideOfPackages("..server.http..", "..server.egress..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.eclipse.jetty.server..", "org.eclipse.jetty.client..", "org.eclipse.jetty.io..");

  @ArchTest
  static final ArchRule only_the_wiring_knows_the_store =
      noClasses()
          .that()
          .resideOutsideOfPackage("..server.serve..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.raincheck.sqlite..", "dev.raincheck.postgres..", "java.sql..");

  @ArchTest
  static final ArchRule client_commands_start_without_the_engine =
      noClasses()
          .that()
          .resideInAPackage("..server.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.raincheck.ledger..", "dev.raincheck.operation..", "org.eclipse.jetty..", "org.slf4j..");
}
