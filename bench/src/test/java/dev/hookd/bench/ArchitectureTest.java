package dev.hookd.bench;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The direction of the modules, and of the front end's wings. Stands here because this module sees
 * all others.
 */
class ArchitectureTest {

  private static JavaClasses hookd;

  @BeforeAll
  static void readClasses() {
    hookd =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.hookd");
  }

  @Test
  void modules_useOnlyTheOnesAboveThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("protocol")
        .definedBy("dev.hookd.protocol..")
        .layer("client")
        .definedBy("dev.hookd.client..")
        .layer("pool")
        .definedBy("dev.hookd.pool..")
        .layer("frontend")
        .definedBy("dev.hookd.frontend..")
        .layer("cli")
        .definedBy("dev.hookd.cli..")
        .layer("bench")
        .definedBy("dev.hookd.bench..")
        .whereLayer("protocol")
        .mayNotAccessAnyLayer()
        .whereLayer("client")
        .mayOnlyAccessLayers("protocol")
        .whereLayer("pool")
        .mayOnlyAccessLayers("client", "protocol")
        .whereLayer("frontend")
        .mayOnlyAccessLayers("pool", "client", "protocol")
        .whereLayer("cli")
        .mayOnlyAccessLayers("frontend", "pool", "client", "protocol")
        .whereLayer("bench")
        .mayNotBeAccessedByAnyLayer()
        .withOptionalLayers(true)
        .check(hookd);
  }

  @Test
  void wingsOfTheFrontEnd_haveNoCycle() {
    slices().matching("dev.hookd.frontend.(*)..").should().beFreeOfCycles().check(hookd);
  }

  @Test
  void lowerWings_knowOfTheFaceItsExceptionsAlone() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.hookd.frontend.requirement..",
            "dev.hookd.frontend.system..",
            "dev.hookd.frontend.interpreter..",
            "dev.hookd.frontend.index..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.hookd.frontend")
                .and(not(nameMatching("dev\\.hookd\\.frontend\\.\\w+Exception(\\$\\w+)?"))))
        .check(hookd);
  }

  @Test
  void requirement_isNotationAlone() {
    noClasses()
        .that()
        .resideInAPackage("dev.hookd.frontend.requirement..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.hookd.frontend.*..")
                .and(not(resideInAPackage("dev.hookd.frontend.requirement.."))))
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.hookd.pool..", "java.io..", "java.nio.file..")
        .check(hookd);
  }

  @Test
  void systemAndInterpreter_knowOnlyTheirLowerWings() {
    noClasses()
        .that()
        .resideInAPackage("dev.hookd.frontend.system..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.hookd.frontend.*..")
                .and(not(resideInAPackage("dev.hookd.frontend.system.."))))
        .check(hookd);
    noClasses()
        .that()
        .resideInAPackage("dev.hookd.frontend.interpreter..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.hookd.frontend.*..")
                .and(
                    not(
                        resideInAnyPackage(
                            "dev.hookd.frontend.interpreter..",
                            "dev.hookd.frontend.requirement..",
                            "dev.hookd.frontend.system.."))))
        .check(hookd);
  }

  @Test
  void index_knowsNotationAndTheMachineAlone() {
    noClasses()
        .that()
        .resideInAPackage("dev.hookd.frontend.index..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.hookd.frontend.*..")
                .and(
                    not(
                        resideInAnyPackage(
                            "dev.hookd.frontend.index..",
                            "dev.hookd.frontend.requirement..",
                            "dev.hookd.frontend.system.."))))
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("dev.hookd.pool..")
        .check(hookd);
  }

  @Test
  void sourceAndEnvironment_knowNeitherEachOtherNorTheHooks() {
    noClasses()
        .that()
        .resideInAPackage("dev.hookd.frontend.source..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.hookd.frontend.environment..",
            "dev.hookd.frontend.metadata..",
            "dev.hookd.frontend.build..",
            "dev.hookd.pool..")
        .check(hookd);
    noClasses()
        .that()
        .resideInAPackage("dev.hookd.frontend.environment..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.hookd.frontend.source..",
            "dev.hookd.frontend.metadata..",
            "dev.hookd.frontend.build..",
            "dev.hookd.pool..")
        .check(hookd);
  }

  @Test
  void protocol_knowsNeitherProcessesNorThreads() {
    noClasses()
        .that()
        .resideInAPackage("dev.hookd.protocol..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.lang\\.(Process.*|Thread.*)|java\\.util\\.concurrent\\..*")
        .check(hookd);
  }

  @Test
  void consoleIsWrittenByTheCommandAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.hookd.cli..", "dev.hookd.bench..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(hookd);
  }

  @Test
  void exceptions_extendTheOneOfTheLibrary() {
    classes()
        .that()
        .areAssignableTo(RuntimeException.class)
        .and()
        .resideInAnyPackage("dev.hookd.client..", "dev.hookd.pool..", "dev.hookd.frontend..")
        .and()
        .arePublic()
        .should()
        .beAssignableTo("dev.hookd.client.HookdException")
        .check(hookd);
  }

  @Test
  void exceptions_areInTheTableForEmbedders() throws IOException {
    String page = Files.readString(Path.of(System.getProperty("hookd.root"), "docs/embedding.md"));
    classes()
        .that()
        .areAssignableTo("dev.hookd.client.HookdException")
        .and()
        .arePublic()
        .and()
        .doNotHaveModifier(JavaModifier.ABSTRACT)
        .should(
            new ArchCondition<>("be in the table of failures of docs/embedding.md") {
              @Override
              public void check(JavaClass exception, ConditionEvents events) {
                boolean told = page.contains("`" + exception.getSimpleName() + "`");
                events.add(new SimpleConditionEvent(exception, told, exception.getName()));
              }
            })
        .check(hookd);
  }
}
